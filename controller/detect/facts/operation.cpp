// operation: what an Application's sync operation is doing (.operation, status.operationState, its hook Jobs). Argo CD 3.0-3.5.
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "detect/fact.h"
#include "detect/facts/facts.h"
#include "detect/judgement.h"
#include "detect/operation_view.h"
#include "detect/params.h"
#include "model/application.h"
#include "model/evidence.h"
#include "model/stack.h"
#include "model/vocabulary.h"

namespace refloat {

namespace {

bool unsettled(const OperationView& view, Time now) {
  return view.settles_at && *view.settles_at > now;
}

Judgement judge_kind(const std::vector<std::string>& wanted, const OperationView& view, const Evidence& seen, Time now) {
  if (contains(wanted, to_string(view.kind))) {
    return unsettled(view, now) ? judged_soon(*view.settles_at, "it changed a moment ago") : judged_yes({seen}, view.since);
  }
  if (contains(wanted, to_string(OperationKind::stuck)) && view.stuck_at) {
    return judged_soon(*view.stuck_at, "the operation is younger than the limit");
  }
  return judged_no({seen});
}

// "Not at work" comes true by itself when Argo CD is done, hence soon.
Judgement judge_at_work(bool wanted, const OperationView& view, const Limits& limits, const Evidence& seen, Time now) {
  if (wanted) return judged(at_work(view), {seen}, view.since);
  if (at_work(view)) return judged_soon(now + limits.settle, "Argo CD is at work (" + seen.source + ")");
  if (unsettled(view, now)) return judged_soon(*view.settles_at, "the operation changed a moment ago (" + seen.source + ")");
  return judged_yes();
}

Judgement judge_phase(const std::vector<std::string>& wanted, const Application& app, const Evidence& seen) {
  if (!app.operation || !contains(wanted, app.operation->phase)) return judged_no({seen});
  return judged_yes({seen}, app.operation->finished_at);
}

Judgement without_application(const Json& params, const RoleTarget& target) {
  if (target.declared) return judged_unknown(target.why);
  return judged(bool_param(params, "atWork") == false && !params.contains("is") && !params.contains("phase"));
}

Judgement judge_operation(const Json& params, const FactContext& context) {
  const RoleTarget target = target_application(params, context);
  if (target.application == nullptr) return without_application(params, target);
  const Application& app = *target.application;
  const Limits limits = limits_of(context);
  const OperationView view = view_operation(app, context.snapshot, limits, context.now);
  const Evidence seen{"application " + app.ref.name, describe_operation(app), context.snapshot.taken_at};
  std::vector<Judgement> parts;
  if (const auto wanted = list_param(params, "is")) parts.push_back(judge_kind(*wanted, view, seen, context.now));
  if (const auto wanted = bool_param(params, "atWork")) parts.push_back(judge_at_work(*wanted, view, limits, seen, context.now));
  if (const auto wanted = list_param(params, "phase")) parts.push_back(judge_phase(*wanted, app, seen));
  return all_of(parts);
}

}  // namespace

Fact operation_fact() {
  FactSpec spec;
  spec.name = "operation";
  spec.doc = "What the sync operation of an Application is doing.";
  spec.params = {
      {"role", ParamSpec::Type::text, {}, false, "the Application of this role; default: the subject"},
      {"is",
       ParamSpec::Type::text_list,
       {"idle", "running", "backoff", "blocked", "deadlocked", "stuck", "terminating", "limbo"},
       false,
       "any of these. running: Argo CD is legitimately at work. backoff: it failed and waits for its next try. blocked: it waits for a "
       "sync "
       "window or a person's confirmation. deadlocked: it waits for a hook Job that can never report back. stuck: it runs longer than "
       "limits.operationStuckAfter and no hook pod is at work. limbo: its state says Running, but no operation is left to process"},
      {"atWork", ParamSpec::Type::boolean, {}, false, "true: running or terminating. false: neither, nor changed within limits.settle"},
      {"phase", ParamSpec::Type::text_list, {"Running", "Terminating", "Failed", "Error", "Succeeded"}, false, "its recorded phase"},
  };
  return {spec, judge_operation};
}

}  // namespace refloat
