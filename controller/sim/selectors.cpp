#include "sim/selectors.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/text.h"

namespace refloat::sim {

namespace {

// Splits at commas that stand outside parentheses.
std::vector<std::string> requirements(const std::string& selector) {
  std::vector<std::string> parts(1);
  int depth = 0;
  for (const char c : selector) {
    depth += (c == '(') - (c == ')');
    if (c == ',' && depth == 0) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

bool in_set(const std::string& text, const std::string& value, bool present) {
  const auto open = text.find('(');
  const auto close = text.find(')');
  if (!present || open == std::string::npos || close == std::string::npos) {
    return false;
  }
  const auto values = split(text.substr(open + 1, close - open - 1), ',');
  return std::ranges::any_of(values, [&](const std::string& v) { return trim(v) == value; });
}

// key, operator and value of "a!=b", "a==b", "a=b"; the operator is empty for anything else.
struct Comparison {
  std::string key, op, value;
};
Comparison comparison(const std::string& text) {
  for (const char* op : {"!=", "==", "="}) {
    if (const auto at = text.find(op); at != std::string::npos) {
      return {trim(text.substr(0, at)), op, trim(text.substr(at + std::string(op).size()))};
    }
  }
  return {};
}

std::string label(const Json& labels, const std::string& key, bool& present) {
  present = labels.is_object() && labels.contains(key) && labels[key].is_string();
  return present ? labels[key].get<std::string>() : "";
}

bool requirement_matches(const std::string& text, const Json& labels) {
  bool present = false;
  if (const auto at = text.find(" notin "); at != std::string::npos) {
    const std::string value = label(labels, trim(text.substr(0, at)), present);
    return !in_set(text, value, present);
  }
  if (const auto at = text.find(" in "); at != std::string::npos) {
    const std::string value = label(labels, trim(text.substr(0, at)), present);
    return in_set(text, value, present);
  }
  const Comparison compared = comparison(text);
  if (!compared.op.empty()) {
    const std::string value = label(labels, compared.key, present);
    return compared.op == "!=" ? !present || value != compared.value : present && value == compared.value;
  }
  if (!text.empty() && text[0] == '!') {
    label(labels, trim(text.substr(1)), present);
    return !present;
  }
  label(labels, trim(text), present);
  return present;
}

bool expression_matches(const Json& expression, const Json& labels) {
  bool present = false;
  const std::string value = label(labels, text_at(expression, {"key"}), present);
  const std::string op = text_at(expression, {"operator"});
  const Json& values = at_path(expression, {"values"});
  const bool listed = std::ranges::any_of(values, [&](const Json& v) { return v == value; });
  if (op == "In") {
    return present && listed;
  }
  if (op == "NotIn") {
    return !present || !listed;
  }
  return op == "Exists" ? present : !present;
}

}  // namespace

bool labels_match(const std::string& selector, const Json& labels) {
  if (trim(selector).empty()) {
    return true;
  }
  return std::ranges::all_of(requirements(selector), [&](const std::string& r) { return requirement_matches(trim(r), labels); });
}

bool selector_object_matches(const Json& selector, const Json& labels) {
  bool present = false;
  for (const auto& [key, value] : at_path(selector, {"matchLabels"}).items()) {
    if (Json(label(labels, key, present)) != value || !present) {
      return false;
    }
  }
  const Json& expressions = at_path(selector, {"matchExpressions"});
  return std::ranges::all_of(expressions, [&](const Json& e) { return expression_matches(e, labels); });
}

}  // namespace refloat::sim
