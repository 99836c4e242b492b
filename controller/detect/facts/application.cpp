// application: what Argo CD says about an Application as a whole (status.sync.status, status.health.status).
#include "model/application.h"

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "detect/fact.h"
#include "detect/facts/facts.h"
#include "detect/judgement.h"
#include "detect/params.h"
#include "model/evidence.h"
#include "model/vocabulary.h"

namespace refloat {

namespace {

bool matches(const std::optional<std::vector<std::string>>& wanted, const std::string& actual) {
  return !wanted || contains(*wanted, actual);
}

Judgement judge_application(const Json& params, const FactContext& context) {
  const RoleTarget target = target_application(params, context);
  if (target.application == nullptr) return target.declared ? judged_unknown(target.why) : judged_no();
  const Application& app = *target.application;
  const bool holds = matches(list_param(params, "sync"), app.sync_status) && matches(list_param(params, "health"), app.health);
  const Evidence seen{"application " + app.ref.name, app.sync_status + ", " + app.health, context.snapshot.taken_at};
  return judged(holds, {seen});
}

}  // namespace

Fact application_fact() {
  FactSpec spec;
  spec.name = "application";
  spec.doc = "Argo CD's own verdict on an Application: sync and health.";
  spec.params = {
      {"role", ParamSpec::Type::text, {}, false, "the Application of this role; default: the subject"},
      {"sync", ParamSpec::Type::text_list, {"Synced", "OutOfSync", "Unknown"}, false, "any of these"},
      {"health",
       ParamSpec::Type::text_list,
       {"Healthy", "Suspended", "Progressing", "Missing", "Degraded", "Unknown"},
       false,
       "any of these"},
  };
  return {spec, judge_application};
}

}  // namespace refloat
