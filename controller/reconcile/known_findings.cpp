#include "reconcile/known_findings.h"

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "model/effective_mode.h"
#include "model/finding.h"
#include "model/stack.h"

namespace refloat {

namespace {

std::string state_of(const Stack& stack) {
  return stack.uid + "/" + std::to_string(stack.generation);
}

}  // namespace

KnownFindings::News KnownFindings::looked(const Stack& stack, StackDiagnosis diagnosis, Time began) {
  const std::lock_guard lock(mutex_);
  News news;
  std::map<std::string, Told> now;
  for (const Finding* finding : deciding(diagnosis.findings, diagnosis.suppressed)) {
    if (!told_.contains(finding->id)) news.found.push_back(*finding);
    now.insert_or_assign(finding->id, Told{*finding, {}});
  }
  for (auto& [id, told] : told_) {
    if (now.contains(id)) continue;
    const bool came_later = told.early_at && *told.early_at >= began;  // than what this look read
    if (came_later || is_pending(diagnosis, told.finding.signature, told.finding.subject)) {
      if (!came_later) told.early_at.reset();  // this look has seen it, as far as it could
      now.emplace(id, std::move(told));
    } else {
      news.gone.push_back(std::move(told.finding));
    }
  }
  told_ = std::move(now);
  latest_ = began < aside_ ? nullptr : std::make_shared<const StackDiagnosis>(std::move(diagnosis));
  aside_ = {};  // once: a clock may be set back
  stack_ = state_of(stack);
  began_ = began;
  return news;
}

std::vector<Finding> KnownFindings::told_early(const std::vector<Finding>& findings, Time at) {
  const std::lock_guard lock(mutex_);
  std::vector<Finding> news;
  if (!latest_ || at <= began_) return news;  // a whole look is newer
  for (const Finding& finding : findings) {
    if (told_.try_emplace(finding.id, Told{finding, at}).second) news.push_back(finding);
  }
  return news;
}

bool KnownFindings::unconfirmed() const {
  const std::lock_guard lock(mutex_);
  return std::any_of(told_.begin(), told_.end(), [](const auto& each) { return each.second.early_at.has_value(); });
}

std::shared_ptr<const StackDiagnosis> KnownFindings::latest() const {
  const std::lock_guard lock(mutex_);
  return latest_;
}

std::shared_ptr<const StackDiagnosis> KnownFindings::latest(const Stack& stack, Time since) const {
  const std::lock_guard lock(mutex_);
  return stack_ == state_of(stack) && began_ >= since ? latest_ : nullptr;
}

void KnownFindings::set_aside(Time now) {
  const std::lock_guard lock(mutex_);
  latest_.reset();
  aside_ = now;
}

}  // namespace refloat
