#include "base/time.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace refloat {

namespace {

namespace chr = std::chrono;

// Reads exactly `count` digits at `position`, advancing it.
std::optional<int> digits(std::string_view text, std::size_t& position, std::size_t count) {
  if (position + count > text.size()) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const char c = text[position + i];
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  position += count;
  return value;
}

bool expect(std::string_view text, std::size_t& position, char c) {
  if (position >= text.size() || text[position] != c) return false;
  ++position;
  return true;
}

// Milliseconds of a fraction ".123456"; digits beyond the third are cut.
chr::milliseconds fraction(std::string_view text, std::size_t& position) {
  int value = 0;
  int scale = 100;
  while (position < text.size() && text[position] >= '0' && text[position] <= '9') {
    value += (text[position] - '0') * scale;
    scale /= 10;
    ++position;
  }
  return chr::milliseconds(value);
}

// The offset from UTC at the end of the text: "Z", "+02:00", "-05:30".
std::optional<chr::minutes> offset(std::string_view text, std::size_t position) {
  const std::string_view rest = text.substr(position);
  if (rest == "Z" || rest == "z") return chr::minutes(0);
  if (rest.size() != 6 || (rest[0] != '+' && rest[0] != '-') || rest[3] != ':') return std::nullopt;
  std::size_t at = position + 1;
  const auto hours = digits(text, at, 2);
  ++at;
  const auto minutes = digits(text, at, 2);
  if (!hours || !minutes) return std::nullopt;
  const chr::minutes total(*hours * 60 + *minutes);
  return rest[0] == '+' ? total : -total;
}

struct CivilTime {
  chr::year_month_day date;
  chr::seconds of_day;
};

std::optional<CivilTime> civil(std::string_view text, std::size_t& at) {
  const auto year = digits(text, at, 4);
  if (!year || !expect(text, at, '-')) return std::nullopt;
  const auto month = digits(text, at, 2);
  if (!month || !expect(text, at, '-')) return std::nullopt;
  const auto day = digits(text, at, 2);
  if (!day || at >= text.size() || (text[at] != 'T' && text[at] != 't' && text[at] != ' ')) return std::nullopt;
  ++at;
  const auto hour = digits(text, at, 2);
  if (!hour || !expect(text, at, ':')) return std::nullopt;
  const auto minute = digits(text, at, 2);
  if (!minute || !expect(text, at, ':')) return std::nullopt;
  const auto second = digits(text, at, 2);
  if (!second || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  const chr::year_month_day date(chr::year(*year), chr::month(static_cast<unsigned>(*month)), chr::day(static_cast<unsigned>(*day)));
  if (!date.ok()) return std::nullopt;
  return CivilTime{date, chr::hours(*hour) + chr::minutes(*minute) + chr::seconds(*second)};
}

std::string format_civil(Time time, const char* end) {
  const auto day = chr::floor<chr::days>(time);
  const chr::year_month_day date(day);
  const chr::hh_mm_ss<chr::milliseconds> clock(time - day);
  std::array<char, 64> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%04d-%02u-%02uT%02d:%02d:%02d%s", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()), end);
  return buffer.data();
}

// Milliseconds per unit of a Go duration.
std::optional<double> unit_ms(std::string_view unit) {
  static const std::map<std::string_view, double> units = {{"ns", 1e-6}, {"us", 1e-3}, {"µs", 1e-3}, {"ms", 1.0},
                                                           {"s", 1e3},   {"m", 6e4},   {"h", 3.6e6}, {"d", 8.64e7}};
  const auto found = units.find(unit);
  if (found == units.end()) return std::nullopt;
  return found->second;
}

constexpr std::string_view number_letters = "0123456789.";

// A number of digits and a point, and nothing else.
std::optional<double> plain_number(std::string_view digits) {
  double value = 0;
  const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || stop != digits.data() + digits.size()) return std::nullopt;
  return value;
}

}  // namespace

std::optional<Time> parse_time(std::string_view text) {
  std::size_t at = 0;
  const auto parts = civil(text, at);
  if (!parts) return std::nullopt;
  chr::milliseconds below_second(0);
  if (expect(text, at, '.')) below_second = fraction(text, at);
  const auto zone = offset(text, at);
  if (!zone) return std::nullopt;
  return chr::time_point_cast<chr::milliseconds>(chr::sys_days(parts->date)) + parts->of_day + below_second - *zone;
}

std::string format_time(Time time) {
  return format_civil(time, "Z");
}

std::string format_micro_time(Time time) {
  const auto below_second = time - chr::floor<chr::seconds>(time);
  std::array<char, 16> end{};
  std::snprintf(end.data(), end.size(), ".%03d000Z", static_cast<int>(below_second.count()));
  return format_civil(time, end.data());
}

std::string format_clock(Time time) {
  return format_civil(time, "").substr(11);
}

std::optional<Duration> parse_duration(std::string_view text) {
  double total_ms = 0;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view digits = rest.substr(0, rest.find_first_not_of(number_letters));
    rest.remove_prefix(digits.size());
    const std::string_view unit = rest.substr(0, rest.find_first_of(number_letters));
    rest.remove_prefix(unit.size());
    const bool bare = unit.empty() && digits.size() == text.size();
    const auto value = plain_number(digits);
    const auto factor = bare ? std::optional(1000.0) : unit_ms(unit);  // seconds
    if (!value || !factor) return std::nullopt;
    total_ms += *value * *factor;
  }
  if (text.empty() || total_ms > 1e15) return std::nullopt;
  return Duration(std::llround(total_ms));
}

std::string format_duration(Duration duration) {
  const auto ms = duration.count();
  if (ms < 0) return "-" + format_duration(-duration);
  if (ms < 1000) return std::to_string(ms) + "ms";
  const auto s = ms / 1000;
  if (s < 60) return std::to_string(s) + "s";
  if (s < 3600) return std::to_string(s / 60) + "m" + (s % 60 != 0 ? std::to_string(s % 60) + "s" : "");
  if (s < 86400) return std::to_string(s / 3600) + "h" + (s % 3600 >= 60 ? std::to_string(s % 3600 / 60) + "m" : "");
  return std::to_string(s / 86400) + "d" + (s % 86400 >= 3600 ? std::to_string(s % 86400 / 3600) + "h" : "");
}

}  // namespace refloat
