#include "config/pointer.h"

#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/text.h"

namespace refloat {
namespace {

std::string unescape(const std::string& part) {
  std::string text;
  for (std::size_t i = 0; i < part.size(); ++i) {
    const bool escaped = part[i] == '~' && i + 1 < part.size() && (part[i + 1] == '0' || part[i + 1] == '1');
    text += escaped ? (part[++i] == '1' ? '/' : '~') : part[i];
  }
  return text;
}

// The parts between slashes; a slash inside [...] belongs to the part.
std::vector<std::string> parts_of(const std::string& pointer) {
  std::vector<std::string> parts;
  bool in_selector = false;
  for (const char c : pointer) {
    if (c == '/' && !in_selector) {
      parts.emplace_back();
      continue;
    }
    if (parts.empty()) return {};
    if (c == '[' && parts.back().empty()) in_selector = true;
    if (c == ']') in_selector = false;
    parts.back() += c;
  }
  return parts;
}

bool is_selector(const std::string& part) {
  return part.size() > 2 && part.front() == '[' && part.back() == ']';
}

std::string value_in(const Json& item, const std::string& key) {
  const Json* holder = item.is_object() && !item.contains(key) && item.contains("metadata") ? &item["metadata"] : &item;
  if (!holder->is_object() || !holder->contains(key)) return {};
  const Json& value = (*holder)[key];
  return value.is_string() ? value.get<std::string>() : value.dump();
}

bool matches(const Json& item, const std::string& selector) {
  for (const std::string& test : split(selector.substr(1, selector.size() - 2), ',')) {
    const std::size_t equals = test.find('=');
    if (equals == std::string::npos || value_in(item, test.substr(0, equals)) != test.substr(equals + 1)) return false;
  }
  return true;
}

Result<std::size_t> select(const Json& list, const std::string& selector) {
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (!matches(list[i], selector)) continue;
    if (found) return Error{ErrorKind::invalid, selector + " matches several items", "add a second key: [name=x,namespace=y]"};
    found = i;
  }
  if (!found) return Error{ErrorKind::not_found, selector + " matches no item"};
  return *found;
}

Result<std::size_t> index_in(const Json& list, const std::string& part) {
  if (is_selector(part)) return select(list, part);
  if (part == "-") return list.size();
  std::size_t index = 0;
  const char* end = part.data() + part.size();
  const auto [stop, error] = std::from_chars(part.data(), end, index);
  if (error != std::errc{} || stop != end)
    return Error{ErrorKind::invalid, "'" + part + "' is no index of a list", "use [name=...] to name an item"};
  return index;
}

Result<Json*> step_into(Json& node, const std::string& part) {
  if (node.is_array()) {
    const auto index = index_in(node, part);
    if (!index) return index.error();
    if (*index >= node.size()) return Error{ErrorKind::not_found, "the list has no item " + part};
    return &node[*index];
  }
  if (node.is_null()) node = Json::object();
  if (!node.is_object()) return Error{ErrorKind::invalid, "'" + part + "' is looked up in a value that is neither map nor list"};
  return &node[unescape(part)];
}

// The container that holds the last part.
Result<Json*> parent_of(Json& document, const std::vector<std::string>& parts) {
  Json* node = &document;
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    const auto next = step_into(*node, parts[i]);
    if (!next) return next.error();
    node = *next;
  }
  return node;
}

Error empty_pointer() {
  return {ErrorKind::invalid, "the pointer names nothing", "write it as /snapshot/jobs/[name=x]/status"};
}

Result<> set_item(Json& list, const std::string& part, const Json& value) {
  const auto index = index_in(list, part);
  if (!index) return index.error();
  if (*index > list.size()) return Error{ErrorKind::not_found, "the list has no item " + part};
  if (*index == list.size())
    list.push_back(value);
  else
    list[*index] = value;
  return ok();
}

Result<> remove_item(Json& list, const std::string& part) {
  const auto index = index_in(list, part);
  if (!index) return index.error();
  if (*index >= list.size()) return Error{ErrorKind::not_found, "the list has no item " + part};
  list.erase(*index);
  return ok();
}

}  // namespace

Result<> set_at(Json& document, const std::string& pointer, const Json& value) {
  const auto parts = parts_of(pointer);
  if (parts.empty()) return empty_pointer().wrap("set " + pointer);
  const auto parent = parent_of(document, parts);
  if (!parent) return parent.error().wrap("set " + pointer);
  Json& node = **parent;
  if (node.is_array()) {
    const auto done = set_item(node, parts.back(), value);
    return done ? ok() : Result<>(done.error().wrap("set " + pointer));
  }
  if (node.is_null()) node = Json::object();
  if (!node.is_object()) return Error{ErrorKind::invalid, "set " + pointer + ": there is neither map nor list to set it in"};
  node[unescape(parts.back())] = value;
  return ok();
}

Result<> remove_at(Json& document, const std::string& pointer) {
  const auto parts = parts_of(pointer);
  if (parts.empty()) return empty_pointer().wrap("remove " + pointer);
  const auto parent = parent_of(document, parts);
  if (!parent) return parent.error().wrap("remove " + pointer);
  Json& node = **parent;
  if (node.is_array()) {
    const auto done = remove_item(node, parts.back());
    return done ? ok() : Result<>(done.error().wrap("remove " + pointer));
  }
  if (!node.is_object() || node.erase(unescape(parts.back())) == 0)
    return Error{ErrorKind::not_found, "remove " + pointer + ": there is nothing"};
  return ok();
}

}  // namespace refloat
