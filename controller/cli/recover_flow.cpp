#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/text.h"
#include "base/time.h"
#include "cli/console.h"
#include "cli/engine.h"
#include "cli/files.h"
#include "cli/flow.h"
#include "cli/inputs.h"
#include "cli/look_progress.h"
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
};

// What could not be looked at before there was a run leaves its end incomplete too.
int finish(Run& run, const Recovery& recovery, ExitState state) {
  tell_gaps(run.session, run.gathered.unexamined);
  state.incomplete = state.incomplete || !run.gathered.unexamined.empty();
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

// Shows what happens while `act` runs, and knows afterwards whether a step was begun.
template <class Act>
auto shown(Run& run, bool& begun, Act act) {
  ProgressPrinter printer(run.session.console, talk_in_colour(run.session));
  Ports ports = run.world.ports();
  ports.waits = [&](Time now, const std::string& why) { printer.print({Progress::Kind::waiting, now, nullptr, nullptr, why}); };
  return act(ports, [&](const Progress& progress) {
    begun = begun || (progress.kind != Progress::Kind::waiting && progress.kind != Progress::Kind::denied);
    printer.print(progress);
  });
}

// Nothing was begun where the present state forbids it: another run holds the Stack, or another plan is right by now.
int not_run(Run& run, Recovery recovery, const Error& error, bool begun) {
  if (begun || error.kind != ErrorKind::stale) return fail(run.session.console, error);
  if (!error.hint.empty()) run.session.console.err << "hint: " << printable(error.hint, 2000) << "\n";
  recovery.verdict = Verdict::refused;
  recovery.message = error.message;
  return finish(run, recovery, {});
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
  bool begun = false;
  const auto recovery = shown(run, begun, [&](Ports& ports, const ProgressSink& progress) {
    return run.session.engine.recover(ports, run.gathered.inputs, run.stack, plan, journal, progress);
  });
  if (!recovery) return not_run(run, without_effect(run, plan, Verdict::refused, {}), recovery.error(), begun);
  return finish(run, *recovery, {});
}

int resume_to_verdict(Run& run, const Recovery& unfinished, Journal& journal) {
  bool begun = false;
  const auto resumed = shown(run, begun, [&](Ports& ports, const ProgressSink& progress) {
    return run.session.engine.resume(ports, run.gathered.inputs, run.stack, journal, progress);
  });
  if (!resumed) return not_run(run, unfinished, resumed.error(), begun);
  if (!*resumed)
    return fail(
        run.session.console,
        {ErrorKind::stale, "resume: it was not gone on with: finished by another process, too old, or overtaken by what is right now",
         "rerun to see the present state"});
  return finish(run, **resumed, {});
}

int resume_unfinished(Run& run, const Recovery& unfinished, Journal& journal) {
  run.session.console.err << "unfinished: " << printable(unfinished.name) << " of " << format_time(unfinished.started_at) << ", kept in "
                          << journal.where() << "\n";
  if (const auto refused = compare_with_file(run, unfinished.plan)) return *refused;
  if (!may_run(unfinished) && !ending_asked_for(unfinished)) {
    run.session.console.err << "it waits for an approval: " << next_command(run.session, "approve", unfinished.ns, unfinished.name) << "\n";
    Recovery refused = unfinished;
    refused.verdict = Verdict::refused;
    refused.message = "not approved";
    return finish(run, refused, {});
  }
  const auto agreed = consent(run, "resume it?");
  if (!agreed) return fail(run.session.console, agreed.error());
  if (!*agreed) return finish(run, unfinished, {});
  return resume_to_verdict(run, unfinished, journal);
}

// What may yet become a finding.
std::string too_young(const std::vector<Pending>& pending) {
  std::vector<std::string> parts;
  for (const Pending& each : pending)
    parts.push_back(each.signature + " on " + each.subject.display() + " (look again at " + format_clock(each.look_again_at) + ")");
  return "too young to judge: " + join(parts, ", ");
}

// Why a plan is not run, if it is not.
std::optional<Recovery> reason_not_to_run(const Run& run, const PlanView& view) {
  if (view.diagnosis.findings.empty()) {
    if (!view.diagnosis.pending.empty()) return without_effect(run, view.plan, Verdict::refused, too_young(view.diagnosis.pending));
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
  TextStyle style = run.result_style();
  style.colour = talk_in_colour(run.session);
  run.session.console.err << render({view}, Format::text, style) << std::flush;
}

// With what could not be looked at before there was a plan.
PlanView view_of(const Run& run, Planned planned) {
  PlanView view{std::move(planned.diagnosis), std::move(planned.plan), std::nullopt};
  const auto& gaps = run.gathered.unexamined;
  view.diagnosis.unexamined.insert(view.diagnosis.unexamined.end(), gaps.begin(), gaps.end());
  return view;
}

int start_new(Run& run, Journal& journal) {
  auto planned = with_progress(run.session, run.world, "reading what Stack " + run.stack.name + " is about ...",
                               [&](Ports& ports) { return run.session.engine.make_plan(ports, run.gathered.inputs, run.stack, true); });
  if (!planned) return fail(run.session.console, planned.error());
  const PlanView view = view_of(run, std::move(*planned));
  ExitState examined;
  examined.incomplete = !view.diagnosis.unexamined.empty() || !view.diagnosis.pending.empty();
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
  auto stack = only_stack(session, gathered);
  if (!stack) return fail_to_look(session.console, stack.error());
  Run run{session, world, gathered, flags, std::move(*stack), *parse_format(session.options.output)};
  auto journal = session.engine.open_journal(world, run.stack);
  if (!journal) return fail_to_look(session.console, journal.error());
  const auto unfinished = (*journal)->unfinished(run.stack.ns, run.stack.name);
  if (!unfinished) return fail_to_look(session.console, unfinished.error().wrap("read the journal in " + (*journal)->where()));
  const SignalGuard signals;
  return *unfinished ? resume_unfinished(run, **unfinished, **journal) : start_new(run, **journal);
}

}  // namespace refloat
