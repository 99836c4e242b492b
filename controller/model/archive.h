// One list of members per type, used both to write JSON and to read it, so that the two cannot drift apart.
//
//   template <class Archive, class Value> void members(Archive& archive, Value& value) { archive("name", value.name); ... }
//
// Reading is strict: a member that is missing, of another type or unknown is an error that names it. Only std::optional may be absent.
#pragma once

#include <concepts>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"

namespace refloat::archive {

// Times keep their milliseconds; whole seconds look as Kubernetes writes them.
std::string time_text(Time time);
std::string duration_text(Duration duration);

// --- writing -----------------------------------------------------------------------------------------------------------------------

template <class T>
Json write(const T& value);

// Collects the members of one value.
class Writer {
 public:
  template <class T>
  void operator()(const char* key, const T& value) {
    json_[key] = write(value);
  }
  template <class T>
  void operator()(const char* key, const std::optional<T>& value) {
    if (value) json_[key] = write(*value);
  }
  // A member whose null is the same as its absence.
  void nullable(const char* key, const Json& value) {
    if (!value.is_null()) json_[key] = value;
  }
  // A member whose empty text is the same as its absence.
  void defaulted(const char* key, const std::string& value) {
    if (!value.empty()) json_[key] = value;
  }
  // A member whose false is the same as its absence.
  void defaulted(const char* key, bool value) {
    if (value) json_[key] = value;
  }
  Json take() { return std::move(json_); }

 private:
  Json json_ = Json::object();
};

template <class T>
Json write_list(const std::vector<T>& values) {
  Json list = Json::array();
  for (const T& value : values) list.push_back(write(value));
  return list;
}

template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};

// True for types that bring their own write_value / read_value instead of a member list.
template <class T>
concept SelfWritten = requires(const T& value, const Json& json) {
  { write_value(value) } -> std::same_as<Json>;
};

template <class T>
Json write(const T& value) {
  if constexpr (SelfWritten<T>) {
    return write_value(value);
  } else if constexpr (std::is_same_v<T, Time>) {
    return time_text(value);
  } else if constexpr (std::is_same_v<T, Duration>) {
    return duration_text(value);
  } else if constexpr (std::is_enum_v<T>) {
    return to_string(value);
  } else if constexpr (IsVector<T>::value) {
    return write_list(value);
  } else if constexpr (std::is_class_v<T> && !std::is_same_v<T, std::string> && !std::is_same_v<T, Json>) {
    Writer writer;
    members(writer, value);
    return writer.take();
  } else {
    return value;
  }
}

// --- reading -----------------------------------------------------------------------------------------------------------------------

// The first problem met, with the path to it.
struct Problem {
  std::string text;
  void note(const std::string& what) {
    if (text.empty()) text = what;
  }
};

template <class T>
void read(const Json& json, T& value, const std::string& path, Problem& problem);

// Reads the members of one value, and refuses what is left over.
class Reader {
 public:
  Reader(const Json& json, std::string path, Problem& problem);

  template <class T>
  void operator()(const char* key, T& value) {
    if (const Json* found = find(key)) return read(*found, value, path_ + "." + key, problem_);
    problem_.note(path_ + "." + key + " is missing");
  }
  template <class T>
  void operator()(const char* key, std::optional<T>& value) {
    const Json* found = find(key);
    if (found == nullptr) return;
    read(*found, value.emplace(), path_ + "." + key, problem_);
  }
  void nullable(const char* key, Json& value) {
    const Json* found = find(key);
    value = found == nullptr ? Json() : *found;
  }
  void defaulted(const char* key, std::string& value) {
    if (find(key) != nullptr) (*this)(key, value);
  }
  void defaulted(const char* key, bool& value) {
    if (find(key) != nullptr) (*this)(key, value);
  }
  // A member that others keep there and that is not ours to read.
  void skip(const char* key) { known_.insert(key); }
  void finish();

 private:
  const Json* find(const char* key);
  const Json& json_;
  std::string path_;
  Problem& problem_;
  std::set<std::string> known_;
};

void read_time(const Json& json, Time& value, const std::string& path, Problem& problem);
void read_duration(const Json& json, Duration& value, const std::string& path, Problem& problem);

template <class T>
void read_list(const Json& json, std::vector<T>& values, const std::string& path, Problem& problem) {
  if (!json.is_array()) return problem.note(path + " is not a list");
  values.clear();
  for (const Json& each : json) read(each, values.emplace_back(), path + "[" + std::to_string(values.size() - 1) + "]", problem);
}

// An enum's words are its to_string over `enumerators(T)`.
template <class T>
void read_word(const Json& json, T& value, const std::string& path, Problem& problem) {
  for (const T each : enumerators(T{})) {
    if (json == to_string(each)) {
      value = each;
      return;
    }
  }
  problem.note(path + " is not a word known here");
}

template <class T>
void read_plain(const Json& json, T& value, const std::string& path, Problem& problem) {
  bool fits = false;
  if constexpr (std::is_same_v<T, Json>)
    fits = true;
  else if constexpr (std::is_same_v<T, bool>)
    fits = json.is_boolean();
  else if constexpr (std::is_same_v<T, std::string>)
    fits = json.is_string();
  else
    fits = json.is_number_integer() && json >= std::numeric_limits<T>::min() && json <= std::numeric_limits<T>::max();
  if (fits)
    value = json.get<T>();
  else
    problem.note(path + " has another type");
}

template <class T>
void read(const Json& json, T& value, const std::string& path, Problem& problem) {
  if constexpr (SelfWritten<T>) {
    read_value(json, value, path, problem);
  } else if constexpr (std::is_same_v<T, Time>) {
    read_time(json, value, path, problem);
  } else if constexpr (std::is_same_v<T, Duration>) {
    read_duration(json, value, path, problem);
  } else if constexpr (std::is_enum_v<T>) {
    read_word(json, value, path, problem);
  } else if constexpr (IsVector<T>::value) {
    read_list(json, value, path, problem);
  } else if constexpr (std::is_class_v<T> && !std::is_same_v<T, std::string> && !std::is_same_v<T, Json>) {
    Reader reader(json, path, problem);
    members(reader, value);
    reader.finish();
  } else {
    read_plain(json, value, path, problem);
  }
}

}  // namespace refloat::archive
