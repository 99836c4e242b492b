// Five-field cron schedules as Argo CD reads them in sync windows (minute hour day-of-month month day-of-week; no descriptors).
#pragma once

#include <bitset>
#include <optional>
#include <string_view>

#include "base/time.h"

namespace refloat {

class Cron {
 public:
  // Nothing when the text is not a valid schedule.
  static std::optional<Cron> parse(std::string_view text);
  // The first matching minute strictly after `after`, in UTC; nothing when there is none within five years.
  [[nodiscard]] std::optional<Time> next(Time after) const;

 private:
  [[nodiscard]] bool matches_day(std::chrono::sys_days day) const;
  std::bitset<60> minutes_;
  std::bitset<24> hours_;
  std::bitset<32> days_;
  std::bitset<13> months_;
  std::bitset<8> weekdays_;  // 0 = Sunday
  bool any_day_ = false;     // day-of-month was "*": then only the weekday decides, and the other way round
  bool any_weekday_ = false;
};

}  // namespace refloat
