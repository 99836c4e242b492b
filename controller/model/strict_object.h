// Reads a JSON object member by member: absent members keep their defaults, a wrong type or an unknown key is an error that names it.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"

namespace refloat {

class StrictObject {
 public:
  // `what` names the object in errors: "database reading".
  StrictObject(const Json& json, std::string what);

  void text(const char* key, std::string& out);
  void boolean(const char* key, bool& out);
  void time(const char* key, Time& out);
  void texts(const char* key, std::vector<std::string>& out);
  // Any integer type.
  template <class Integer>
  void integer(const char* key, Integer& out);
  // One of `values`, by its to_string.
  template <class Values, class Enum>
  void word(const char* key, const Values& values, Enum& out);
  // The member itself, for what is nested; a shared null when absent.
  const Json& member(const char* key);
  // Notes an error found in a nested member.
  void fail(const Error& error);
  // ok, or the first error; unknown keys count.
  Result<> finish();

 private:
  const Json* take(const char* key);
  void wrong(const char* key, const char* wanted);

  const Json& json_;
  std::string what_;
  std::set<std::string> known_;
  std::string problem_;
};

template <class Integer>
void StrictObject::integer(const char* key, Integer& out) {
  const Json* value = take(key);
  if (value == nullptr) return;
  if (!value->is_number_integer()) return wrong(key, "an integer");
  out = value->get<Integer>();
}

template <class Values, class Enum>
void StrictObject::word(const char* key, const Values& values, Enum& out) {
  std::string text;
  this->text(key, text);
  if (text.empty()) return;
  for (const Enum value : values) {
    if (text == to_string(value)) {
      out = value;
      return;
    }
  }
  wrong(key, "one of the known words");
}

}  // namespace refloat
