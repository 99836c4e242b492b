#include "argo/client/cron.h"

#include <bitset>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "base/text.h"
#include "base/time.h"

namespace refloat {

namespace {

namespace chr = std::chrono;

struct Range {
  int low, high;
  std::vector<std::string_view> names;  // names[i] means low + i
};

const Range minute_range{0, 59, {}};
const Range hour_range{0, 23, {}};
const Range day_range{1, 31, {}};
const Range month_range{1, 12, {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}};
const Range weekday_range{0, 6, {"sun", "mon", "tue", "wed", "thu", "fri", "sat"}};

std::optional<int> number(std::string_view text, const Range& range) {
  std::string lower;
  for (const char c : text) lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  for (std::size_t i = 0; i < range.names.size(); ++i) {
    if (lower == range.names[i]) return range.low + static_cast<int>(i);
  }
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < range.low || value > range.high) return std::nullopt;
  return value;
}

struct Span {
  int low, high;
};

// "*", "5", "1-5"; with a step after it "5" means from 5 on.
std::optional<Span> span(std::string_view text, const Range& range, bool stepped) {
  if (text == "*" || text == "?") return Span{range.low, range.high};
  const auto ends = split(text, '-');
  if (ends.size() > 2) return std::nullopt;
  const auto first = number(ends[0], range);
  const auto last = ends.size() == 2 ? number(ends[1], range) : first;
  if (!first || !last || *first > *last) return std::nullopt;
  return Span{*first, ends.size() == 1 && stepped ? range.high : *last};
}

// One comma-separated part: "*", "5", "1-5", "*/15", "10-50/10", "5/15".
template <std::size_t N>
bool add_part(std::string_view part, const Range& range, std::bitset<N>& out) {
  const auto pieces = split(part, '/');
  if (pieces.size() > 2 || pieces[0].empty()) return false;
  const auto over = span(pieces[0], range, pieces.size() == 2);
  const auto step = pieces.size() == 2 ? number(pieces[1], Range{1, 1000, {}}) : 1;
  if (!over || !step) return false;
  for (int value = over->low; value <= over->high; value += *step) out.set(static_cast<std::size_t>(value));
  return true;
}

template <std::size_t N>
bool parse_field(std::string_view field, const Range& range, std::bitset<N>& out) {
  for (const std::string& part : split(field, ',')) {
    if (!add_part(part, range, out)) return false;
  }
  return true;
}

std::vector<std::string> fields_of(std::string_view text) {
  std::vector<std::string> out;
  for (const std::string& field : split(text, ' ')) {
    if (!field.empty()) out.push_back(field);
  }
  return out;
}

bool is_star(std::string_view field) {
  return field.starts_with("*") || field.starts_with("?");
}

}  // namespace

std::optional<Cron> Cron::parse(std::string_view text) {
  const auto fields = fields_of(text);
  if (fields.size() != 5) return std::nullopt;
  Cron cron;
  const bool good = parse_field(fields[0], minute_range, cron.minutes_) && parse_field(fields[1], hour_range, cron.hours_) &&
                    parse_field(fields[2], day_range, cron.days_) && parse_field(fields[3], month_range, cron.months_) &&
                    parse_field(fields[4], weekday_range, cron.weekdays_);
  if (!good) return std::nullopt;
  cron.any_day_ = is_star(fields[2]);
  cron.any_weekday_ = is_star(fields[4]);
  return cron;
}

bool Cron::matches_day(chr::sys_days day) const {
  const chr::year_month_day date(day);
  if (!months_.test(static_cast<unsigned>(date.month()))) return false;
  const bool by_day = days_.test(static_cast<unsigned>(date.day()));
  const bool by_weekday = weekdays_.test(chr::weekday(day).c_encoding());
  return any_day_ || any_weekday_ ? by_day && by_weekday : by_day || by_weekday;
}

std::optional<Time> Cron::next(Time after) const {
  const Time start = chr::floor<chr::minutes>(after) + chr::minutes(1);
  const auto first_day = chr::floor<chr::days>(start);
  for (auto day = first_day; day < first_day + chr::days(5 * 366); day += chr::days(1)) {
    if (!matches_day(day)) continue;
    const int from = day == first_day ? static_cast<int>(chr::duration_cast<chr::minutes>(start - day).count()) : 0;
    for (int minute = from; minute < 24 * 60; ++minute) {
      if (hours_.test(static_cast<std::size_t>(minute / 60)) && minutes_.test(static_cast<std::size_t>(minute % 60))) {
        return Time(day) + chr::minutes(minute);
      }
    }
  }
  return std::nullopt;
}

}  // namespace refloat
