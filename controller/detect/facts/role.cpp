// role: what the subject Application is in its Stack. Known from the Stack alone.
#include <string>
#include <vector>

#include "base/json.h"
#include "detect/fact.h"
#include "detect/facts/facts.h"
#include "detect/judgement.h"
#include "detect/params.h"
#include "model/playbook.h"
#include "model/vocabulary.h"

namespace refloat {

namespace {

Judgement judge_role(const Json& params, const FactContext& context) {
  std::string role;
  if (context.stack != nullptr && context.subject.application != nullptr) {
    role = context.stack->role_of(context.subject.application->ref.name);
  }
  return judged(contains(list_param(params, "is").value_or(std::vector<std::string>{}), role.empty() ? "none" : role));
}

}  // namespace

Fact role_fact() {
  FactSpec spec;
  spec.name = "role";
  spec.doc = "The role of the subject Application in its Stack.";
  spec.scopes = {Scope::application};
  spec.params = {{"is",
                  ParamSpec::Type::text_list,
                  {"migrations", "runtime", "bootstrap", "databases", "none"},
                  true,
                  "any of these; none = it has no role, or there is no Stack"}};
  return {spec, judge_role};
}

}  // namespace refloat
