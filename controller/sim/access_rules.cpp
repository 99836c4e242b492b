#include "sim/access_rules.h"

#include <algorithm>
#include <string>

#include "kube/kube_api.h"

namespace refloat::sim {

namespace {

bool matches(const std::string& rule, const std::string& value) {
  return rule.empty() || rule == value;
}

bool matches(const Denial& denial, const std::string& user, const AccessQuestion& q) {
  return matches(denial.user, user) && matches(denial.verb, q.verb) && matches(denial.group, q.group) &&
         matches(denial.resource, q.resource) && matches(denial.subresource, q.subresource) && matches(denial.ns, q.ns);
}

}  // namespace

bool AccessRules::allowed(const std::string& user, const AccessQuestion& question) const {
  return std::ranges::none_of(denials_, [&](const Denial& d) { return matches(d, user, question); });
}

}  // namespace refloat::sim
