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

Unsettled::Wait Unsettled::wait_for(const Pending& pending, const std::string& told) const {
  const auto before = waits_.find(key_of(pending));
  return before == waits_.end() ? Wait{pending.look_again_at, told} : before->second;
}

std::vector<Pending> Unsettled::overdue(const std::vector<Pending>& pending, Time now, const std::map<std::string, std::string>& told) {
  const bool first = !last_;
  const bool unseen = last_ && (now - *last_ > unseen_max || now < *last_);
  if (unseen) waits_.clear();
  last_ = now;
  std::map<std::string, Wait> waits;
  std::vector<Pending> late;
  for (const Pending& each : pending) {
    const auto known = first ? told.find(name_of(each)) : told.end();
    Wait wait = wait_for(each, known == told.end() ? "" : known->second);
    const bool overdue = now - wait.expected > patience;
    if (overdue && wait.why.empty()) wait.why = each.why;
    const bool is_new = waits.insert_or_assign(key_of(each), wait).second;
    if (is_new && !wait.why.empty()) late.push_back({each.signature, each.subject, wait.why, each.look_again_at});
  }
  waits_ = std::move(waits);
  return late;
}

std::string name_of(const Pending& pending) {
  return pending.signature + " of " + pending.subject.kind + " " + pending.subject.name;
}

}  // namespace refloat
