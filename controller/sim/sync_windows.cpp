#include "sim/sync_windows.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "base/time.h"

namespace refloat::sim {

namespace {

bool number(const std::string& text, int& value) {
  if (text.empty() || !std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })) {
    return false;
  }
  value = std::stoi(text);
  return true;
}

// "5", "1-5", "*", "*/10", "0-30/5".
bool range_matches(const std::string& range, int value) {
  const auto parts = split(range, '/');
  int step = 1;
  if (parts.size() > 1 && !number(parts[1], step)) {
    return false;
  }
  int low = 0;
  int high = 1000;
  if (parts[0] != "*") {
    const auto bounds = split(parts[0], '-');
    if (!number(bounds[0], low)) {
      return false;
    }
    high = parts.size() > 1 ? high : low;
    if (bounds.size() > 1 && !number(bounds[1], high)) {
      return false;
    }
  }
  return value >= low && value <= high && (value - low) % std::max(step, 1) == 0;
}

bool field_matches(const std::string& field, int value) {
  return std::ranges::any_of(split(field, ','), [&](const std::string& range) { return range_matches(range, value); });
}

bool window_active(const Json& window, Time now) {
  const auto duration = parse_duration(text_at(window, {"duration"}, "0s"));
  if (!duration) {
    return false;
  }
  const auto minute = std::chrono::floor<std::chrono::minutes>(now);
  for (auto start = minute; start + *duration > now; start -= std::chrono::minutes(1)) {
    if (cron_matches(text_at(window, {"schedule"}), start)) {
      return true;
    }
  }
  return false;
}

bool any_glob(const Json& globs, const std::string& text) {
  return std::ranges::any_of(globs, [&](const Json& g) { return g.is_string() && glob_match(g.get<std::string>(), text); });
}

bool window_concerns(const Json& window, const Json& app) {
  return any_glob(at_path(window, {"applications"}), text_at(app, {"metadata", "name"})) ||
         any_glob(at_path(window, {"namespaces"}), text_at(app, {"spec", "destination", "namespace"})) ||
         any_glob(at_path(window, {"clusters"}), text_at(app, {"spec", "destination", "server"}));
}

}  // namespace

bool cron_matches(const std::string& schedule, Time minute) {
  std::vector<std::string> fields;
  std::ranges::copy_if(split(schedule, ' '), std::back_inserter(fields), [](const std::string& f) { return !f.empty(); });
  if (fields.size() != 5) {
    return false;
  }
  const auto day = std::chrono::floor<std::chrono::days>(minute);
  const std::chrono::year_month_day date{day};
  const auto since_midnight = std::chrono::duration_cast<std::chrono::minutes>(minute - day).count();
  const std::array<int, 5> values{
      static_cast<int>(since_midnight % 60), static_cast<int>(since_midnight / 60), static_cast<int>(static_cast<unsigned>(date.day())),
      static_cast<int>(static_cast<unsigned>(date.month())), static_cast<int>(std::chrono::weekday{day}.c_encoding())};
  const bool day_matches = field_matches(fields[2], values[2]);
  const bool weekday_matches = field_matches(fields[4], values[4]);
  const bool both_given = fields[2] != "*" && fields[4] != "*";
  return field_matches(fields[0], values[0]) && field_matches(fields[1], values[1]) && field_matches(fields[3], values[3]) &&
         (both_given ? day_matches || weekday_matches : day_matches && weekday_matches);
}

bool windows_allow_sync(const Json& project, const Json& app, bool manual, Time now) {
  bool any_allow = false;
  bool in_allow = false;
  bool denied = false;
  bool manual_despite_deny = true;
  bool manual_outside_allow = true;
  for (const Json& window : at_path(project, {"spec", "syncWindows"})) {
    if (!window_concerns(window, app)) {
      continue;
    }
    const bool active = window_active(window, now);
    const bool manual_sync = bool_at(window, {"manualSync"});
    if (text_at(window, {"kind"}) == "deny") {
      denied = denied || active;
      manual_despite_deny = manual_despite_deny && (!active || manual_sync);
    } else {
      any_allow = true;
      in_allow = in_allow || active;
      manual_outside_allow = manual_outside_allow && manual_sync;
    }
  }
  if (denied) {
    return manual && manual_despite_deny;
  }
  return !any_allow || in_allow || (manual && manual_outside_allow);
}

}  // namespace refloat::sim
