#include "cli/flow.h"

#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "cli/console.h"
#include "cli/engine.h"
#include "cli/files.h"
#include "cli/inputs.h"
#include "cli/look_progress.h"
#include "cli/options.h"
#include "cli/session.h"
#include "cli/slow_notice.h"
#include "model/finding.h"
#include "model/plan.h"
#include "model/snapshot.h"
#include "model/stack.h"
#include "reconcile/controller.h"
#include "reconcile/reconcile.h"
#include "report/diagnosis_report.h"
#include "report/exit_code.h"
#include "report/format.h"
#include "report/plan_report.h"
#include "report/style.h"

namespace refloat {
namespace {

Result<std::optional<std::vector<RehearsedWrite>>> rehearse(Session& session, Ports& ports, const Inputs& inputs, const Stack& stack,
                                                            const Plan& plan, bool wanted) {
  if (!wanted) return std::optional<std::vector<RehearsedWrite>>();
  std::vector<RehearsedWrite> result;
  for (const Rehearsal& item : session.engine.preflight(ports, inputs, stack, plan))
    result.push_back({item.step, item.write, item.accepted, item.answer});
  return std::optional(std::move(result));
}

Result<PlanView> plan_of(Session& session, Ports& ports, const Inputs& inputs, const Stack& stack, bool preflight) {
  auto planned = session.engine.make_plan(ports, inputs, stack, true);
  if (!planned) return planned.error().wrap("Stack " + stack.name);
  auto rehearsal = rehearse(session, ports, inputs, stack, planned->plan, preflight);
  if (!rehearsal) return rehearsal.error();
  return PlanView{std::move(planned->diagnosis), std::move(planned->plan), std::move(*rehearsal)};
}

ExitState exit_state_of_view(const PlanView& view, Severity threshold) {
  ExitState state = exit_state_of(view.diagnosis, threshold) | exit_state_of(view.plan);
  if (!view.rehearsal) return state;
  for (const RehearsedWrite& write : *view.rehearsal) state.incomplete = state.incomplete || !write.accepted;
  return state;
}

Result<> save_plan(Session& session, const std::string& path, const std::vector<PlanView>& views, const TextStyle& style) {
  if (views.size() != 1) return Error{ErrorKind::invalid, "--out: a file holds the plan of one Stack", "name the Stack"};
  if (auto written = write_file(path, render(views, Format::json, style)); !written) return written.error();
  const Plan& plan = views.front().plan;
  session.console.err << "saved: " << printable(path, 1000) << "; run it with "
                      << next_command(session, "recover --plan " + shell_word(printable(path, 1000)), plan.ns, plan.stack)
                      << stack_flags(session) << "\n";
  return ok();
}

// A plan has a place for what was not examined; several share the first one's, and without any it is talk.
void tell_gaps(Session& session, const std::vector<Unexamined>& gaps, std::vector<PlanView>& views) {
  if (views.empty()) return tell_gaps(session, gaps);
  auto& shown = views.front().diagnosis.unexamined;
  shown.insert(shown.end(), gaps.begin(), gaps.end());
}

int gather_for(Session& session, World& world, const std::function<int(World&, const Gathered&)>& flow) {
  if (!world.left_out.empty()) return fail(session.console, world.left_out.front());
  tell(session, "cluster: " + world.cluster);
  for (const WatchedCluster& cluster : world.clusters) tell(session, "destination cluster: " + cluster.destination.name);
  std::jthread slow = notice_if_slow(session.console, "reading Stacks and Playbooks ...");
  auto gathered = gather(session, world);
  slow = std::jthread();
  if (!gathered) return fail_to_look(session.console, gathered.error());
  for (const Stack& stack : gathered->inputs.stacks) tell(session, "stack: " + stack.ns + "/" + stack.name);
  return flow(world, *gathered);
}

}  // namespace

void tell_gaps(Session& session, const std::vector<Unexamined>& gaps) {
  for (const Unexamined& gap : gaps)
    session.console.err << "not examined: " << printable(gap.what, 300) << ": " << printable(gap.why, 1000) << "\n";
}

int diagnose_flow(Session& session, World& world, const Gathered& gathered) {
  const auto format = parse_format(session.options.output);
  const auto threshold = fail_on(session.options);
  auto diagnosis = with_progress(session, world, "reading the cluster ...",
                                 [&](Ports& ports) { return session.engine.diagnose(ports, gathered.inputs); });
  if (!diagnosis) return fail(session.console, diagnosis.error());
  auto& unexamined = diagnosis->applications.unexamined;
  unexamined.insert(unexamined.end(), gathered.unexamined.begin(), gathered.unexamined.end());
  session.console.out << render(*diagnosis, *format, style_of(session, world.clock->now()));
  return exit_code(exit_state_of(*diagnosis, *threshold));
}

int plan_flow(Session& session, World& world, const Gathered& gathered, const PlanFlags& flags) {
  const auto format = parse_format(session.options.output);
  const auto threshold = fail_on(session.options);
  std::vector<PlanView> views;
  ExitState state;
  state.incomplete = !gathered.unexamined.empty();
  for (const Stack& stack : gathered.inputs.stacks) {
    auto view = with_progress(session, world, "reading what Stack " + stack.name + " is about ...",
                              [&](Ports& ports) { return plan_of(session, ports, gathered.inputs, stack, flags.preflight); });
    if (!view) return fail(session.console, view.error());
    state = state | exit_state_of_view(*view, *threshold);
    views.push_back(std::move(*view));
  }
  tell_gaps(session, gathered.unexamined, views);
  const TextStyle style = style_of(session, world.clock->now());
  session.console.out << render(views, *format, style) << std::flush;
  if (!flags.out.empty()) {
    if (auto saved = save_plan(session, flags.out, views, style); !saved) return fail(session.console, saved.error());
  }
  return exit_code(state);
}

int on_cluster(Session& session, const std::function<int(World&)>& flow) {
  if (auto format = parse_format(session.options.output); !format) return fail(session.console, format.error());
  auto world = session.engine.open_world(session.options);
  return world ? flow(*world) : fail(session.console, world.error());
}

int connected(Session& session, const std::function<int(World&, const Gathered&)>& flow) {
  if (auto threshold = fail_on(session.options); !threshold) return fail(session.console, threshold.error());
  return on_cluster(session, [&](World& world) { return gather_for(session, world, flow); });
}

}  // namespace refloat
