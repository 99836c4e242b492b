#include "base/json.h"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace refloat {

namespace {

const Json null_json;

// Deeper than any Kubernetes object; nlohmann's DOM parser does not recurse, but its destructor and our walks do.
constexpr std::size_t depth_max = 200;

// The place of the quote that ends the string whose text begins at `at`; the end of the text without one.
std::size_t end_of_string(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] != '"') at += text[at] == '\\' ? 2 : 1;
  return at;
}

bool too_deep(std::string_view text) {
  std::size_t depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') i = end_of_string(text, i + 1);
    if ((c == '{' || c == '[') && ++depth > depth_max) return true;
    if ((c == '}' || c == ']') && depth > 0) --depth;
  }
  return false;
}

}  // namespace

Result<Json> parse_json(std::string_view text) {
  if (too_deep(text)) return Error{ErrorKind::invalid, "parse JSON: nested deeper than " + std::to_string(depth_max)};
  try {
    return Json::parse(text);
  } catch (const Json::parse_error& e) {
    return Error{ErrorKind::invalid, "parse JSON: byte " + std::to_string(e.byte) + " of " + std::to_string(text.size()) + " is not valid"};
  } catch (const Json::exception&) {  // a number beyond all bounds
    return Error{ErrorKind::invalid, "parse JSON: a number is too large"};
  }
}

const Json& at_path(const Json& object, std::initializer_list<const char*> path) {
  const Json* node = &object;
  for (const char* key : path) {
    if (!node->is_object()) return null_json;
    const auto found = node->find(key);
    if (found == node->end()) return null_json;
    node = &*found;
  }
  return *node;
}

std::string text_at(const Json& object, std::initializer_list<const char*> path, std::string fallback) {
  const Json& node = at_path(object, path);
  return node.is_string() ? node.get<std::string>() : std::move(fallback);
}

std::int64_t int_at(const Json& object, std::initializer_list<const char*> path, std::int64_t fallback) {
  const Json& node = at_path(object, path);
  return node.is_number_integer() ? node.get<std::int64_t>() : fallback;
}

bool bool_at(const Json& object, std::initializer_list<const char*> path, bool fallback) {
  const Json& node = at_path(object, path);
  return node.is_boolean() ? node.get<bool>() : fallback;
}

void merge_patch(Json& target, const Json& patch) {
  target.merge_patch(patch);
}

}  // namespace refloat
