#include "reconcile/fleet.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "base/time.h"

namespace refloat {

namespace {

// How long others may have asked before what was decided until then must be decided anew.
constexpr Duration asked_age_max = std::chrono::seconds(5);

}  // namespace

void Fleet::woken(const std::string& stack, Time now) {
  const std::lock_guard lock(mutex_);
  woken_.try_emplace(stack, Wake{now, now}).first->second.last = now;
}

void Fleet::looked(const std::string& stack, Time began) {
  const std::lock_guard lock(mutex_);
  const auto woken = woken_.find(stack);
  if (woken == woken_.end()) return;
  if (woken->second.last <= began) {
    woken_.erase(woken);
  } else {
    woken->second.first = std::max(woken->second.first, began);
  }
}

// Others that woke until then, and that nobody has looked at since.
int Fleet::unseen_since(const std::string& stack, Time until) const {
  return static_cast<int>(
      std::count_if(woken_.begin(), woken_.end(), [&](const auto& each) { return each.first != stack && each.second.first <= until; }));
}

void Fleet::set_aground(const std::string& stack, bool aground, Time now, bool by_users) {
  const std::lock_guard lock(mutex_);
  if (aground) {
    aground_.try_emplace(stack, Grounding{now, by_users}).first->second.by_users = by_users;
  } else {
    aground_.erase(stack);
  }
}

// A Playbook of one namespace that fires everywhere there is no storm for the others; for what rests on such a Playbook it is one.
int Fleet::aground_beside(const std::string& stack, const Grounding& own) const {
  const std::string ns = stack.substr(0, stack.find('/') + 1);
  return static_cast<int>(std::count_if(aground_.begin(), aground_.end(), [&](const auto& each) {
    return !each.second.by_users || (own.by_users && each.first.starts_with(ns));
  }));
}

bool Fleet::take_place(const std::string& stack) {
  const std::lock_guard lock(mutex_);
  if (running_.contains(stack)) return true;
  if (running_.size() >= static_cast<std::size_t>(limits_.running_max)) return false;
  running_.insert(stack);
  return true;
}

void Fleet::give_place(const std::string& stack) {
  const std::lock_guard lock(mutex_);
  running_.erase(stack);
}

void Fleet::forget(const std::string& stack) {
  const std::lock_guard lock(mutex_);
  aground_.erase(stack);
  running_.erase(stack);
  woken_.erase(stack);
}

std::optional<Fleet::Hold> Fleet::hold(const std::string& stack, Time now) const {
  const std::lock_guard lock(mutex_);
  const auto own = aground_.find(stack);
  // What breaks many Stacks is found one Stack at a time: the first must not be treated before the others were looked at.
  if (own == aground_.end() || now - own->second.since < limits_.settle) {
    const Time from = own == aground_.end() ? now : own->second.since;
    return Hold{"aground for less than " + format_duration(limits_.settle), from + limits_.settle};
  }
  if (const int all = aground_beside(stack, own->second); all > limits_.aground_max) {
    return Hold{"storm: " + std::to_string(all) + " Stacks are aground at once (more than " + std::to_string(limits_.aground_max) +
                    "), so the cause is hardly theirs",
                std::nullopt};
  }
  // A look takes as long as a database that does not answer. Only what woke in time is waited for, so this has an end.
  if (const int unseen = unseen_since(stack, own->second.since + limits_.settle); unseen > 0) {
    return Hold{std::to_string(unseen) + " other Stacks are still to be looked at", now + std::chrono::seconds(1)};
  }
  return std::nullopt;
}

Result<std::unique_lock<std::mutex>> Fleet::ask_alone(const Clock& clock) {
  const Time wanted = clock.now();
  std::unique_lock alone(asking_);
  if (clock.now() - wanted > asked_age_max) return Error{ErrorKind::stale, "others asked first; it is looked at again"};
  return alone;
}

int Fleet::aground() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(aground_.size());
}

}  // namespace refloat
