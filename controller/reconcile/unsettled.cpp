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
  return name_of(pending) + " in " + pending.subject.ns;
}

}  // namespace

std::vector<Pending> Unsettled::overdue(const std::vector<Pending>& pending, Time now, const std::map<std::string, std::string>& told) {
  const bool first = !last_;
  if (last_ && (now - *last_ > unseen_max || now < *last_)) waits_.clear();
  last_ = now;
  std::map<std::string, Wait> waits;
  std::vector<Pending> late;
  for (const Pending& each : pending) {
    const std::string key = key_of(each);
    if (waits.contains(key)) continue;
    const auto before = waits_.find(key);
    const auto known = first ? told.find(name_of(each)) : told.end();
    Wait wait = before == waits_.end() ? Wait{each.look_again_at, known == told.end() ? "" : known->second} : before->second;
    if (wait.why.empty() && now - wait.expected > patience) wait.why = each.why;
    if (!wait.why.empty()) late.push_back({each.signature, each.subject, wait.why, each.look_again_at});
    waits.insert_or_assign(key, std::move(wait));
  }
  waits_ = std::move(waits);
  return late;
}

std::string name_of(const Pending& pending) {
  return pending.signature + " of " + pending.subject.kind + " " + pending.subject.name;
}

}  // namespace refloat
