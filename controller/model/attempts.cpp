#include "model/attempts.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/recovery.h"
#include "model/stack.h"

namespace refloat {
namespace {

bool is_no(const Recovery& recovery) {
  return recovery.verdict == Verdict::aborted &&
         (decided(recovery, ApprovalDecision::reject) || decided(recovery, ApprovalDecision::abort));
}

bool succeeded(const Recovery& recovery) {
  return recovery.verdict == Verdict::recovered;
}

// When a person asked to try again. Their clock says so: a time yet to come would forgive whatever happens until then, and one before the
// end of what they ask about cannot be.
Time asked_at(const Recovery& recovery, Time now) {
  const Time at = recovery.approval->at.value_or(ended_at(recovery));
  return at > now ? ended_at(recovery) : std::max(at, ended_at(recovery));
}

// From when on runs count: within the window, and not before a person asked to try again.
Time counted_from(const std::vector<Recovery>& recoveries, Time window_began, Time now) {
  Time from = window_began;
  for (const Recovery& recovery : recoveries) {
    if (decided(recovery, ApprovalDecision::retry)) from = std::max(from, asked_at(recovery, now));
  }
  return from;
}

std::vector<const Recovery*> counted(const std::vector<Recovery>& recoveries, Time from) {
  std::vector<const Recovery*> runs;
  for (const Recovery& recovery : recoveries) {
    if (is_attempt(recovery) && ended_at(recovery) > from) runs.push_back(&recovery);
  }
  std::sort(runs.begin(), runs.end(), [](const Recovery* a, const Recovery* b) { return ended_at(*a) < ended_at(*b); });
  return runs;
}

std::string reason_of(const Attempts& attempts, const Limits& limits) {
  const std::string within = " within " + format_duration(limits.attempts_window);
  if (attempts.in_a_row >= limits.attempts_max)
    return std::to_string(attempts.in_a_row) + " recoveries in a row ended without success" + within;
  return std::to_string(attempts.in_window) + " recoveries" + within + ": what breaks it keeps coming back";
}

// Closed by us before it did anything, as overtaken or invented: a person's no outlives it.
bool counts_for_nothing(const Recovery& recovery) {
  const bool overtaken = recovery.verdict == Verdict::aborted && !has_acted(recovery);
  return overtaken && !is_no(recovery) && !decided(recovery, ApprovalDecision::retry);
}

}  // namespace

bool is_attempt(const Recovery& recovery) {
  if (recovery.verdict == Verdict::recovered || recovery.verdict == Verdict::failed) return true;
  return recovery.verdict != Verdict::running && has_acted(recovery) && !is_no(recovery);
}

std::optional<PersonsStop> stopped_by_person(const std::vector<Recovery>& recoveries, const Limits& limits, Time now) {
  const Recovery* newest = nullptr;
  for (const Recovery& each : recoveries) {
    if (counts_for_nothing(each)) continue;
    if (newest == nullptr || ended_at(*newest) <= ended_at(each)) newest = &each;
  }
  if (newest == nullptr || !is_no(*newest)) return std::nullopt;
  const Time free_at = ended_at(*newest) + limits.attempts_window;
  if (now >= free_at) return std::nullopt;
  return PersonsStop{newest->name + " was " + newest->message + "; refloat retry " + newest->name + " asks for another one", free_at};
}

Attempts attempts_of(const std::vector<Recovery>& recoveries, const Limits& limits, Time now) {
  const auto runs = counted(recoveries, counted_from(recoveries, now - limits.attempts_window, now));
  Attempts attempts;
  attempts.in_window = static_cast<int>(runs.size());
  const auto last_success = std::find_if(runs.rbegin(), runs.rend(), [](const Recovery* run) { return succeeded(*run); });
  attempts.in_a_row = static_cast<int>(last_success - runs.rbegin());
  const bool row_full = attempts.in_a_row >= limits.attempts_max;
  const bool window_full = attempts.in_window >= limits.recoveries_max;
  attempts.used_up = row_full || window_full;
  if (!attempts.used_up) return attempts;
  attempts.reason = reason_of(attempts, limits);
  // Free again when enough of them are older than the window that both counts fall below their limits.
  const auto index = [&](int count, int limit) { return static_cast<std::size_t>(count - limit); };
  std::optional<Time> free;
  if (row_full)
    free = ended_at(*runs[runs.size() - static_cast<std::size_t>(attempts.in_a_row) + index(attempts.in_a_row, limits.attempts_max)]);
  if (window_full) free = std::max(free.value_or(Time{}), ended_at(*runs[index(attempts.in_window, limits.recoveries_max)]));
  attempts.free_at = *free + limits.attempts_window;
  return attempts;
}

}  // namespace refloat
