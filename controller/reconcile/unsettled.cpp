#include "reconcile/unsettled.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "model/finding.h"

namespace refloat {

namespace {

std::string key_of(const Pending& pending) {
  return pending.signature + "/" + pending.subject.kind + "/" + pending.subject.ns + "/" + pending.subject.name;
}

}  // namespace

std::vector<Pending> Unsettled::overdue(const std::vector<Pending>& pending, Time now) {
  std::map<std::string, Wait> waits;
  std::vector<Pending> late;
  for (const Pending& each : pending) {
    const std::string key = key_of(each);
    const auto before = waits_.find(key);
    Wait wait = before == waits_.end() ? Wait{each.look_again_at, ""} : before->second;
    if (now - wait.expected > patience) {
      if (wait.why.empty()) wait.why = each.why;
      late.push_back({each.signature, each.subject, wait.why, each.look_again_at});
    }
    waits.insert_or_assign(key, std::move(wait));
  }
  waits_ = std::move(waits);
  return late;
}

std::string name_of(const Pending& pending) {
  return pending.signature + " of " + pending.subject.kind + " " + pending.subject.name;
}

}  // namespace refloat
