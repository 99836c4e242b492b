// hookJob: what has become of an Application's hook Jobs (batch/v1 Job with Argo CD's or Helm's hook annotation, and syncResult's rows for
// them).
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/time.h"
#include "detect/fact.h"
#include "detect/facts/facts.h"
#include "detect/hooks.h"
#include "detect/judgement.h"
#include "detect/operation_view.h"
#include "detect/params.h"
#include "model/application.h"
#include "model/vocabulary.h"

namespace refloat {

namespace {

const char* word(HookState state) {
  switch (state) {
    case HookState::active: return "active";
    case HookState::complete: return "complete";
    case HookState::failed: return "failed";
    case HookState::terminating: return "terminating";
    case HookState::vanished: return "vanished";
  }
  return "?";
}

std::string observed(const HookView& hook) {
  switch (hook.state) {
    case HookState::terminating:
      return "deleted at " + format_clock(*hook.job->deletion_at) + ", held by " + printable(join(hook.job->finalizers, ", "));
    case HookState::vanished: return "the operation waits for it, and it does not exist";
    case HookState::failed: return "failed: " + printable(redact_patterns(hook.job->failed_reason + " " + hook.job->failed_message));
    default: return word(hook.state);
  }
}

bool finalizer_matches(const std::string& wanted, const HookView& hook) {
  if (wanted == "argo") return hook.argo_finalizer && hook.foreign.empty();
  if (wanted == "foreign") return !hook.foreign.empty();
  return true;
}

Judgement judge_hook(const Json& params, const HookView& hook, const FactContext& context) {
  if (!contains(list_param(params, "state").value_or(std::vector<std::string>{}), word(hook.state))) return judged_no();
  if (!finalizer_matches(text_param(params, "finalizer", "any"), hook)) return judged_no();
  if (hook.settles_at && *hook.settles_at > context.now) {
    return judged_soon(*hook.settles_at, "hook Job " + hook.name + " may still end by itself");
  }
  return judged_yes({{"job " + hook.name, observed(hook), context.snapshot.taken_at}}, hook.since);
}

// What the operation says about it: it helps a person, but it may name another hook, so nothing rests on it.
Judgement with_operation(Judgement found, const Application& app, Time at) {
  if (found.truth == Truth::yes) found.evidence.push_back({"application " + app.ref.name, describe_operation(app), at, true});
  return found;
}

Judgement judge_hooks(const Json& params, const FactContext& context) {
  const RoleTarget target = target_application(params, context);
  if (target.application == nullptr) return target.declared ? judged_unknown(target.why) : judged_no();
  for (const char* plural : {"jobs.batch", "pods"}) {
    const std::string why = unseen(*target.application, context.snapshot, plural);
    if (!why.empty()) return judged_unknown(why);
  }
  std::vector<Judgement> parts;
  for (const HookView& hook : hooks_of(*target.application, context.snapshot, limits_of(context), context.now)) {
    parts.push_back(judge_hook(params, hook, context));
  }
  return with_operation(any_of(parts), *target.application, context.snapshot.taken_at);
}

}  // namespace

Fact hook_job_fact() {
  FactSpec spec;
  spec.name = "hookJob";
  spec.doc = "Some hook Job of an Application is in one of the given states.";
  spec.params = {
      {"role", ParamSpec::Type::text, {}, false, "the Application of this role; default: the subject"},
      {"state",
       ParamSpec::Type::text_list,
       {"active", "complete", "failed", "terminating", "vanished"},
       true,
       "any of these. terminating: deleted longer ago than limits.hookTerminatingAfter, kept by finalizers, and no pod of it will still "
       "end. "
       "vanished: the running operation waits for it, it is gone, and the Application has not changed for limits.settle"},
      {"finalizer",
       ParamSpec::Type::text,
       {"argo", "foreign", "any"},
       false,
       "of a terminating Job: argo = only Argo CD's own hook finalizer, foreign = also or only others"},
  };
  spec.compares_kinds = true;  // an operation that waits for a Job, and the Job
  return {spec, judge_hooks};
}

}  // namespace refloat
