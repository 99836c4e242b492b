#include "cli/decide.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <memory>
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
#include "cli/flow.h"
#include "cli/options.h"
#include "cli/session.h"
#include "journal/recoveries.h"
#include "kube/kube_api.h"
#include "model/recovery.h"
#include "model/write.h"
#include "report/format.h"
#include "report/plan_report.h"
#include "report/style.h"

namespace refloat {
namespace {

constexpr int decision_tries_max = 5;  // when others write at the same moment

// One decision, so that its steps need not hand everything to each other.
struct Deciding {
  Session& session;
  World& world;
  ApprovalDecision decision;
  const DecideFlags& flags;
};

std::string past(ApprovalDecision decision) {
  switch (decision) {
    case ApprovalDecision::approve: return "approved";
    case ApprovalDecision::reject: return "rejected";
    case ApprovalDecision::abort: return "aborted";
    case ApprovalDecision::retry: return "to be tried again";
  }
  return "?";
}

Error not_installed(const Session& session) {
  return {ErrorKind::not_found, "this cluster does not know Recoveries",
          "install the kinds: " + session.program + " crds | kubectl apply --server-side -f -"};
}

Error unknown(const std::string& name, const RecoveryList& list) {
  std::vector<std::string> names;
  for (const Recovery& recovery : list.recoveries) names.push_back(recovery.name);
  const std::string near = nearest(name, names);
  std::string hint = near.empty() ? "" : "did you mean " + near + "? ";
  hint += names.empty() ? "there is no Recovery" : "see kubectl get recoveries -A";
  return {ErrorKind::not_found, "Recovery " + printable(name, 253) + ": not found", hint};
}

// By name in the given namespace, or wherever it is when none was given.
Result<Recovery> find(const Deciding& run) {
  std::string ns = run.session.options.ns;
  std::string name = run.flags.name;
  if (const auto slash = name.find('/'); slash != std::string::npos) {
    ns = name.substr(0, slash);
    name = name.substr(slash + 1);
  }
  Result<RecoveryList> list = list_recoveries(*run.world.kube, ns, {});
  if (!list && list.error().kind == ErrorKind::not_found) return not_installed(run.session);
  if (!list)
    return Error{list.error().kind, list.error().message,
                 ns.empty() && list.error().kind == ErrorKind::denied ? "name the namespace with -n" : list.error().hint};
  std::vector<Recovery> found;
  std::copy_if(list->recoveries.begin(), list->recoveries.end(), std::back_inserter(found),
               [&](const Recovery& recovery) { return recovery.name == name; });
  for (const UnreadableRecovery& each : list->unreadable) {
    if (each.name == name)
      return Error{ErrorKind::invalid, "Recovery " + printable(name) + ": " + each.why, "was it made by a newer version?"};
  }
  if (found.empty()) return unknown(name, *list);
  if (found.size() > 1) return Error{ErrorKind::invalid, "several namespaces have a Recovery " + printable(name), "name one with -n"};
  return std::move(found.front());
}

// Why the decision makes no sense now, if it does not.
std::optional<Error> objection(const Deciding& run, const Recovery& recovery) {
  const ApprovalDecision decision = run.decision;
  const auto instead = [&](const char* verb) { return next_command(run.session, verb, recovery.ns, recovery.name); };
  const bool ended = recovery.verdict != Verdict::running;
  const std::string is = "Recovery " + recovery.name + " is " + phase_of(recovery);
  if (decision == ApprovalDecision::retry)
    return ended ? std::nullopt : std::optional(Error{ErrorKind::invalid, is + ": it has not ended", "abort it first, or let it end"});
  if (ended) return Error{ErrorKind::invalid, is + ": nothing is left to decide", instead("retry") + " asks for another one"};
  if (const auto ending = ending_asked_for(recovery))
    return Error{ErrorKind::invalid, "Recovery " + recovery.name + " is " + ending->message, ""};
  if (decision == ApprovalDecision::approve && !recovery.needs_approval)
    return Error{ErrorKind::invalid, is + ": it needs no approval", ""};
  if (decision == ApprovalDecision::reject && (is_approved(recovery) || recovery.stage == Stage::running))
    return Error{ErrorKind::invalid, is + ": it is too late to reject it", instead("abort") + " ends it before its next effect"};
  return std::nullopt;
}

void show(const Deciding& run, const Recovery& recovery) {
  TextStyle style = style_of(run.session, run.world.clock->now());
  style.colour = talk_in_colour(run.session);
  PlanView view;
  view.diagnosis.name = recovery.stack;
  view.diagnosis.ns = recovery.ns;
  view.diagnosis.findings = recovery.plan.findings;
  view.diagnosis.suppressed = recovery.plan.suppressed;
  view.plan = recovery.plan;
  run.session.console.err << render({view}, Format::text, style) << "plan " << recovery.plan.digest.substr(0, 12) << " of "
                          << format_time(recovery.plan.made_at) << "\n"
                          << std::flush;
}

// Only an approval is asked about: the others stop things.
Result<bool> consent(const Deciding& run, const Recovery& recovery) {
  if (run.decision != ApprovalDecision::approve) return true;
  show(run, recovery);
  if (run.flags.yes) return true;
  if (run.session.console.in_tty && run.session.console.err_tty)
    return ask(run.session.console, "approve exactly this plan on " + printable(run.world.cluster) + "?");
  return Error{ErrorKind::invalid, "approve: there is no terminal to ask on", "read the plan above, then use --yes"};
}

Json approval_patch(const Deciding& run, const Recovery& recovery, const std::string& by) {
  const std::string reason = printable(run.flags.reason, 1000);
  Json approval{{"decision", to_string(run.decision)},
                {"planDigest", recovery.plan.digest},
                {"by", printable(by, 250)},
                {"at", format_time(run.world.clock->now())}};
  approval["reason"] = reason.empty() ? Json() : Json(reason);
  return {{"metadata", {{"uid", recovery.uid}, {"resourceVersion", recovery.resource_version}}},
          {"spec", {{"approval", std::move(approval)}}}};
}

bool decided_so(const Recovery& recovery, ApprovalDecision decision) {
  return recovery.approval && recovery.approval->decision == decision;
}

// The Recovery after a write that did not land or whose answer is lost; an error where this decision no longer fits it.
Result<Recovery> look_again(const Deciding& run, const Recovery& before) {
  Result<Recovery> now = read_recovery(*run.world.kube, before.ns, before.name);
  if (!now) return now;
  if (now->uid != before.uid || now->plan.digest != before.plan.digest)
    return Error{ErrorKind::stale, "Recovery " + before.name + " is another one now", "look at it again"};
  if (decided_so(*now, run.decision)) return now;
  if (auto problem = objection(run, *now)) return *problem;
  return now;
}

// Read, decide, write; again when somebody wrote in between. What was shown still binds: the plan of a Recovery never changes, and the
// digest goes along.
Result<Recovery> write_decision(const Deciding& run, Recovery recovery) {
  const std::string by = own_name(*run.world.kube);
  const Resource at{"refloat.dev", "v1alpha1", "recoveries", recovery.ns, recovery.name, {}};
  for (int tries = 0; tries < decision_tries_max; ++tries) {
    const Result<Json> written = run.world.kube->patch(at, PatchType::merge, approval_patch(run, recovery, by), {});
    if (written) return recovery_from_object(*written);
    const bool again = written.error().kind == ErrorKind::stale || written.error().kind == ErrorKind::ambiguous;
    if (!again) return written.error().wrap("write the decision");
    Result<Recovery> now = look_again(run, recovery);
    if (!now || decided_so(*now, run.decision)) return now;  // ours, its answer lost; or somebody said the same
    recovery = std::move(*now);
  }
  return Error{ErrorKind::stale, "Recovery " + recovery.name + " changes too fast", "try again in a moment"};
}

// What nobody runs needs nobody to end it; with less rights than that, or a run under way, its controller does it.
void close_if_idle(const Deciding& run, Recovery& recovery) {
  const auto ending = ending_asked_for(recovery);
  if (!ending) return;
  const bool idle = recovery.stage == Stage::awaiting_approval;
  if (idle && close_recovery(*run.world.kube, recovery, ending->verdict, ending->message, run.world.clock->now())) return;
  run.session.console.err << "note: " << (idle ? "the controller closes it" : "its run ends before the next effect") << "\n";
}

int finish(const Deciding& run, const Recovery& recovery, Format format) {
  if (format == Format::json) {
    run.session.console.out << to_json(recovery).dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
    return 0;
  }
  run.session.console.out << "recovery.refloat.dev/" << recovery.name << " " << past(run.decision) << "\n";
  if (run.decision == ApprovalDecision::approve)
    run.session.console.err << "a controller runs it now; without one: "
                            << next_command(run.session, "recover", recovery.ns, recovery.stack) << "\n";
  return 0;
}

}  // namespace

std::string own_name(KubeApi& api) {
  const Json review{{"apiVersion", "authentication.k8s.io/v1"}, {"kind", "SelfSubjectReview"}};
  const Result<Json> answer = api.create({"authentication.k8s.io", "v1", "selfsubjectreviews", {}, {}, {}}, review, {});
  const std::string name = answer ? text_at(*answer, {"status", "userInfo", "username"}) : "";
  if (!name.empty()) return name;
  const char* user = std::getenv("USER");
  return user == nullptr || *user == '\0' ? "somebody" : std::string(user) + " (as the machine says)";
}

int decide_flow(Session& session, World& world, ApprovalDecision decision, const DecideFlags& flags) {
  const auto format = parse_format(session.options.output);
  const Deciding run{session, world, decision, flags};
  auto recovery = find(run);
  if (!recovery) return fail(session.console, recovery.error());
  if (decision == ApprovalDecision::approve && recovery->verdict == Verdict::running && is_approved(*recovery)) {
    session.console.err << "it was approved before, by " << printable(recovery->approval->by) << "\n";
    return finish(run, *recovery, *format);
  }
  if (const auto problem = objection(run, *recovery)) return fail(session.console, *problem);
  const auto agreed = consent(run, *recovery);
  if (!agreed) return fail(session.console, agreed.error());
  if (!*agreed) {
    session.console.err << "not approved; it goes on waiting\n";
    return 4;
  }
  auto decided = write_decision(run, std::move(*recovery));
  if (!decided) return fail(session.console, decided.error());
  close_if_idle(run, *decided);
  return finish(run, *decided, *format);
}

void add_decision(CLI::App& command, Session& session, ApprovalDecision decision) {
  const auto flags = std::make_shared<DecideFlags>();
  command.add_option("NAME", flags->name, "name of the Recovery, NAME or NAMESPACE/NAME")->required();
  command.add_option("--reason", flags->reason, "why; kept with the decision")->type_name("TEXT");
  if (decision == ApprovalDecision::approve) command.add_flag("-y,--yes", flags->yes, "do not ask");
  add_namespace_flag(command, session.options, "namespace of the Recovery; default: all namespaces");
  add_connection_flags(command, session.options);
  add_output_flags(command, session.options);
  command.callback([&session, flags, decision] {
    session.action = [&session, flags, decision] {
      return on_cluster(session, [&](World& world) { return decide_flow(session, world, decision, *flags); });
    };
  });
}

}  // namespace refloat
