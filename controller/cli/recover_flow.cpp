#include <optional>
#include <ostream>
#include <string>
#include <utility>

#include "base/json.h"
#include "base/result.h"
#include "base/text.h"
#include "base/time.h"
#include "cli/console.h"
#include "cli/engine.h"
#include "cli/files.h"
#include "cli/flow.h"
#include "cli/inputs.h"
#include "cli/progress.h"
#include "cli/session.h"
#include "cli/signals.h"
#include "journal/journal.h"
#include "model/finding.h"
#include "model/plan.h"
#include "model/recovery.h"
#include "model/stack.h"
#include "reconcile/reconcile.h"
#include "report/diagnosis_report.h"
#include "report/exit_code.h"
#include "report/format.h"
#include "report/plan_report.h"
#include "report/recovery_report.h"
#include "report/style.h"

namespace refloat {
namespace {

// One run of recover, so that its steps need not hand everything to each other.
struct Run {
  Session& session;
  World& world;
  const Gathered& gathered;
  const RecoverFlags& flags;
  Stack stack;
  Format format = Format::text;

  [[nodiscard]] TextStyle result_style() const { return style_of(session, world.clock->now()); }
  [[nodiscard]] bool talk_in_colour() const {
    const auto& options = session.options;
    return options.color == "always" || (options.color == "auto" && session.console.err_tty && !session.console.no_color);
  }
};

int finish(Run& run, const Recovery& recovery, ExitState state) {
  run.session.console.out << render(recovery, run.format, run.result_style());
  return exit_code(state | exit_state_of(recovery));
}

// The result when nothing was run: still a Recovery, so that a program reads one shape.
Recovery without_effect(const Run& run, const Plan& plan, Verdict verdict, const std::string& message) {
  Recovery recovery;
  recovery.stack = run.stack.name;
  recovery.ns = run.stack.ns;
  recovery.plan = plan;
  recovery.started_at = run.world.clock->now();
  recovery.finished_at = recovery.started_at;
  recovery.verdict = verdict;
  recovery.message = message;
  return recovery;
}

ProgressSink progress_sink(ProgressPrinter& printer) {
  return [&printer](const Progress& progress) { printer.print(progress); };
}

// Whether a person agreed; without a terminal somebody must have said so beforehand.
Result<bool> consent(Run& run, const std::string& question) {
  if (run.flags.yes || !run.flags.plan_file.empty()) return true;
  if (run.session.console.in_tty && run.session.console.err_tty) return ask(run.session.console, question);
  return Error{ErrorKind::invalid, "recover: not approved, and there is no terminal to ask on",
               "read the plan, then use --yes or --plan FILE"};
}

Result<Json> saved_plan(Run& run) {
  auto text = read_file(run.flags.plan_file, run.session.console.in);
  if (!text) return text.error();
  auto json = parse_json(*text);
  if (!json) return json.error().wrap("read plan " + run.flags.plan_file);
  return json;
}

// Exit code of a refusal when the saved plan is no longer what would be done; nothing when it still is.
std::optional<int> compare_with_file(Run& run, const Plan& fresh) {
  if (run.flags.plan_file.empty()) return std::nullopt;
  const auto saved = saved_plan(run);
  if (!saved) return fail(run.session.console, saved.error());
  const auto differences = plan_differences(*saved, fresh);
  if (differences.empty()) return std::nullopt;
  run.session.console.err << "the saved plan is not what would be done now:\n";
  for (const std::string& difference : differences) run.session.console.err << "  " << difference << "\n";
  return finish(run, without_effect(run, fresh, Verdict::refused, "the saved plan is stale: " + differences.front()), {});
}

int run_to_verdict(Run& run, const Plan& plan, Journal& journal) {
  ProgressPrinter printer(run.session.console, run.talk_in_colour());
  Ports ports = run.world.ports();
  const auto recovery = run.session.engine.recover(ports, run.gathered.inputs, run.stack, plan, journal, progress_sink(printer));
  if (!recovery) return fail(run.session.console, recovery.error());
  return finish(run, *recovery, {});
}

int resume_unfinished(Run& run, const Recovery& unfinished, Journal& journal) {
  run.session.console.err << "unfinished: " << printable(unfinished.name) << " of " << format_time(unfinished.started_at) << ", kept in "
                          << journal.where() << "\n";
  if (const auto refused = compare_with_file(run, unfinished.plan)) return *refused;
  if (!may_run(unfinished) && !ending_asked_for(unfinished)) {
    run.session.console.err << "it waits for an approval: " << run.session.program << " approve " << printable(unfinished.name) << " -n "
                            << printable(unfinished.ns) << cluster_flags(run.session) << "\n";
    Recovery refused = unfinished;
    refused.verdict = Verdict::refused;
    refused.message = "not approved";
    return finish(run, refused, {});
  }
  const auto agreed = consent(run, "resume it?");
  if (!agreed) return fail(run.session.console, agreed.error());
  if (!*agreed) return finish(run, unfinished, {});
  ProgressPrinter printer(run.session.console, run.talk_in_colour());
  Ports ports = run.world.ports();
  const auto resumed = run.session.engine.resume(ports, run.gathered.inputs, run.stack, journal, progress_sink(printer));
  if (!resumed) return fail(run.session.console, resumed.error());
  if (!*resumed)
    return fail(
        run.session.console,
        {ErrorKind::stale, "resume: it was not gone on with: finished by another process, too old, or overtaken by what is right now",
         "rerun to see the present state"});
  return finish(run, **resumed, {});
}

// Why a plan is not run, if it is not.
std::optional<Recovery> reason_not_to_run(const Run& run, const PlanView& view) {
  if (view.diagnosis.findings.empty()) {
    Diagnosis diagnosis;
    diagnosis.stacks = {view.diagnosis};
    // What could not be looked at may be aground: nobody may take that for a success.
    const bool all_seen = view.diagnosis.unexamined.empty();
    return without_effect(run, view.plan, all_seen ? Verdict::recovered : Verdict::refused, verdict_line(diagnosis));
  }
  if (view.plan.steps.empty()) return without_effect(run, view.plan, Verdict::refused, verdict_line(view));
  if (view.plan.refused()) return without_effect(run, view.plan, Verdict::refused, join(denials(view.plan), "; "));
  return std::nullopt;
}

void show_plan(Run& run, const PlanView& view) {
  const TextStyle style{run.world.clock->now(), run.talk_in_colour(), run.session.program};
  run.session.console.err << render({view}, Format::text, style) << std::flush;
}

int start_new(Run& run, Journal& journal) {
  Ports ports = run.world.ports();
  auto planned = run.session.engine.make_plan(ports, run.gathered.inputs, run.stack, true);
  if (!planned) return fail(run.session.console, planned.error());
  const PlanView view{std::move(planned->diagnosis), std::move(planned->plan), std::nullopt};
  ExitState examined;
  examined.incomplete = !view.diagnosis.unexamined.empty();
  if (!run.flags.plan_shown) show_plan(run, view);
  if (!view.plan.steps.empty() || !run.flags.plan_file.empty()) {
    if (const auto refused = compare_with_file(run, view.plan)) return *refused;
  }
  if (const auto nothing = reason_not_to_run(run, view)) {
    const int code = finish(run, *nothing, examined);
    return view.diagnosis.findings.empty() ? exit_code(examined) : code;
  }
  const auto agreed = consent(run, "run these steps on " + printable(run.world.cluster) + "?");
  if (!agreed) return fail(run.session.console, agreed.error());
  if (!*agreed) return finish(run, without_effect(run, view.plan, Verdict::refused, "not approved"), {});
  run.session.console.err << "journal: " << journal.where() << "\n";
  return run_to_verdict(run, view.plan, journal);
}

}  // namespace

int recover_flow(Session& session, World& world, const Gathered& gathered, const RecoverFlags& flags) {
  auto stack = only_stack(session, gathered.inputs);
  if (!stack) return fail(session.console, stack.error());
  Run run{session, world, gathered, flags, std::move(*stack), *parse_format(session.options.output)};
  auto journal = session.engine.open_journal(world, run.stack);
  if (!journal) return fail(session.console, journal.error());
  const auto unfinished = (*journal)->unfinished(run.stack.ns, run.stack.name);
  if (!unfinished) return fail(session.console, unfinished.error().wrap("read the journal in " + (*journal)->where()));
  const SignalGuard signals;
  return *unfinished ? resume_unfinished(run, **unfinished, **journal) : start_new(run, **journal);
}

}  // namespace refloat
