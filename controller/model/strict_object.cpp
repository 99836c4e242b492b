#include "model/strict_object.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/text.h"
#include "base/time.h"

namespace refloat {

StrictObject::StrictObject(const Json& json, std::string what) : json_(json), what_(std::move(what)) {
  if (!json.is_object()) problem_ = what_ + ": not an object";
}

const Json* StrictObject::take(const char* key) {
  known_.insert(key);
  if (!json_.is_object()) return nullptr;
  const auto found = json_.find(key);
  return found == json_.end() ? nullptr : &*found;
}

void StrictObject::wrong(const char* key, const char* wanted) {
  if (problem_.empty()) problem_ = what_ + ": " + key + " must be " + wanted;
}

void StrictObject::text(const char* key, std::string& out) {
  const Json* value = take(key);
  if (value == nullptr) return;
  if (!value->is_string()) return wrong(key, "a string");
  out = value->get<std::string>();
}

void StrictObject::boolean(const char* key, bool& out) {
  const Json* value = take(key);
  if (value == nullptr) return;
  if (!value->is_boolean()) return wrong(key, "true or false");
  out = value->get<bool>();
}

void StrictObject::time(const char* key, Time& out) {
  std::string words;
  text(key, words);
  if (words.empty()) return;
  const auto parsed = parse_time(words);
  if (!parsed) return wrong(key, "an RFC 3339 time");
  out = *parsed;
}

void StrictObject::texts(const char* key, std::vector<std::string>& out) {
  const Json* value = take(key);
  if (value == nullptr) return;
  const bool good = value->is_array() && std::all_of(value->begin(), value->end(), [](const Json& each) { return each.is_string(); });
  if (!good) return wrong(key, "a list of strings");
  out = value->get<std::vector<std::string>>();
}

const Json& StrictObject::member(const char* key) {
  static const Json null;
  const Json* value = take(key);
  return value == nullptr ? null : *value;
}

void StrictObject::fail(const Error& error) {
  if (problem_.empty()) problem_ = what_ + ": " + error.message;
}

Result<> StrictObject::finish() {
  if (!problem_.empty()) return Error{ErrorKind::invalid, problem_};
  for (const auto& item : json_.items()) {
    if (known_.count(item.key()) != 0) continue;
    const std::string near = nearest(item.key(), {known_.begin(), known_.end()});
    return Error{ErrorKind::invalid, what_ + ": unknown key " + printable(item.key(), 60),
                 near.empty() ? "" : "did you mean " + near + "?"};
  }
  return ok();
}

}  // namespace refloat
