#include "model/archive.h"

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "base/json.h"
#include "base/text.h"
#include "base/time.h"

namespace refloat::archive {

std::string time_text(Time time) {
  const bool whole = time == std::chrono::floor<std::chrono::seconds>(time);
  return whole ? format_time(time) : format_micro_time(time);
}

std::string duration_text(Duration duration) {
  const auto ms = duration.count();
  return ms % 1000 == 0 ? std::to_string(ms / 1000) + "s" : std::to_string(ms) + "ms";
}

void read_time(const Json& json, Time& value, const std::string& path, Problem& problem) {
  const std::optional<Time> parsed = json.is_string() ? parse_time(json.get_ref<const std::string&>()) : std::nullopt;
  if (parsed)
    value = *parsed;
  else
    problem.note(path + " is not a time");
}

void read_duration(const Json& json, Duration& value, const std::string& path, Problem& problem) {
  const std::optional<Duration> parsed = json.is_string() ? parse_duration(json.get_ref<const std::string&>()) : std::nullopt;
  if (parsed)
    value = *parsed;
  else
    problem.note(path + " is not a duration");
}

Reader::Reader(const Json& json, std::string path, Problem& problem) : json_(json), path_(std::move(path)), problem_(problem) {
  if (!json_.is_object()) problem_.note(path_ + " is not an object");
}

const Json* Reader::find(const char* key) {
  known_.insert(key);
  if (!json_.is_object()) return nullptr;
  const auto found = json_.find(key);
  return found == json_.end() ? nullptr : &*found;
}

void Reader::finish() {
  if (!json_.is_object()) return;
  for (const auto& item : json_.items()) {
    if (!known_.contains(item.key())) problem_.note(path_ + " has an unknown member " + printable(item.key(), 60));
  }
}

}  // namespace refloat::archive
