#include "config/fields.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/diagnostics.h"
#include "base/text.h"
#include "base/time.h"
#include "config/text_checks.h"
#include "config/yaml_node.h"

namespace refloat {
namespace {

const char* name_of(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::null: return "nothing";
    case YamlNode::Kind::list: return "a list";
    case YamlNode::Kind::map: return "a map";
    case YamlNode::Kind::scalar: break;
  }
  if (node.style == YamlNode::Style::json_number) return "a number";
  return node.style == YamlNode::Style::json_boolean ? "a boolean" : "text";
}

void wrong_type(const YamlNode& node, const std::string& path, const std::string& wanted, Diagnostics& diagnostics) {
  const std::string hint = node.kind == YamlNode::Kind::null ? "give it a value or leave the key out" : "";
  diagnostics.error(node.mark, path + " must be " + wanted + ", not " + name_of(node), hint);
}

std::string quoted(const std::string& text) {
  return "'" + printable(text, 80) + "'";
}

// "1.10" or "5" without quotes: for us it is text, for kubectl it is a number.
bool reads_as_number(const YamlNode& node) {
  if (node.style != YamlNode::Style::plain || !is_version(node.text)) return false;
  return std::count(node.text.begin(), node.text.end(), '.') <= 1;
}

void bad_value(const YamlNode& node, const std::string& path, const std::string& wanted, const std::string& hint,
               Diagnostics& diagnostics) {
  diagnostics.error(node.mark, path + " must be " + wanted + ", not " + quoted(node.text), hint);
}

bool is_scalar(const YamlNode& node) {
  return node.kind == YamlNode::Kind::scalar;
}

}  // namespace

std::string suggest(const std::string& word, const std::vector<std::string>& candidates) {
  const std::string near = nearest(word, candidates);
  if (!near.empty()) return "did you mean '" + near + "'?";
  return candidates.empty() ? "" : "known: " + join(candidates, ", ");
}

std::optional<std::string> as_text(const YamlNode& node, const std::string& path, Diagnostics& diagnostics) {
  const bool json_other = node.style == YamlNode::Style::json_number || node.style == YamlNode::Style::json_boolean;
  if (!is_scalar(node) || json_other) {
    wrong_type(node, path, "text", diagnostics);
    return std::nullopt;
  }
  return node.text;
}

std::optional<bool> as_boolean(const YamlNode& node, const std::string& path, Diagnostics& diagnostics) {
  if (!is_scalar(node)) {
    wrong_type(node, path, "true or false", diagnostics);
    return std::nullopt;
  }
  if (node.style != YamlNode::Style::quoted && (node.text == "true" || node.text == "false")) return node.text == "true";
  bad_value(node, path, "true or false", "write true or false, without quotes", diagnostics);
  return std::nullopt;
}

std::optional<long> as_integer(const YamlNode& node, const std::string& path, Diagnostics& diagnostics) {
  if (!is_scalar(node)) {
    wrong_type(node, path, "a whole number", diagnostics);
    return std::nullopt;
  }
  long value = 0;
  const char* end = node.text.data() + node.text.size();
  const auto [stop, error] = std::from_chars(node.text.data(), end, value);
  if (error == std::errc{} && stop == end && node.style != YamlNode::Style::quoted) return value;
  bad_value(node, path, "a whole number", "write digits, without quotes", diagnostics);
  return std::nullopt;
}

std::optional<Duration> as_duration(const YamlNode& node, const std::string& path, Diagnostics& diagnostics) {
  if (!is_scalar(node)) {
    wrong_type(node, path, "a duration", diagnostics);
    return std::nullopt;
  }
  const auto value = parse_duration(node.text);
  if (value && *value > Duration::zero()) return value;
  bad_value(node, path, "a duration above zero", "write it as 90s, 5m or 1h30m", diagnostics);
  return std::nullopt;
}

std::optional<std::string> as_version(const YamlNode& node, const std::string& path, Diagnostics& diagnostics) {
  const auto text = as_text(node, path, diagnostics);
  if (!text) return std::nullopt;
  if (!is_version(*text)) {
    bad_value(node, path, "a version", "write digits and dots in quotes, as \"1.18\"", diagnostics);
    return std::nullopt;
  }
  if (reads_as_number(node)) {
    diagnostics.warning(node.mark, path + " is a version without quotes",
                        "kubectl would send it as a number and 1.10 would arrive as 1.1: write \"" + *text + "\"");
  }
  return text;
}

std::optional<std::string> as_choice(const YamlNode& node, const std::vector<std::string>& names, const std::string& path,
                                     Diagnostics& diagnostics) {
  const auto text = as_text(node, path, diagnostics);
  if (!text) return std::nullopt;
  if (std::find(names.begin(), names.end(), *text) != names.end()) return text;
  diagnostics.error(node.mark, path + " cannot be " + quoted(*text), suggest(*text, names));
  return std::nullopt;
}

std::optional<std::vector<std::string>> as_texts(const YamlNode& node, const std::string& path, Diagnostics& diagnostics) {
  if (is_scalar(node)) {
    const auto one = as_text(node, path, diagnostics);
    return one ? std::optional(std::vector{*one}) : std::nullopt;
  }
  if (node.kind != YamlNode::Kind::list) {
    wrong_type(node, path, "a list of texts", diagnostics);
    return std::nullopt;
  }
  std::vector<std::string> texts;
  for (const YamlNode& item : node.items) {
    const auto text = as_text(item, "an item of " + path, diagnostics);
    if (!text) return std::nullopt;
    texts.push_back(*text);
  }
  return texts;
}

Fields::Fields(const YamlNode& node, std::string path, Diagnostics& diagnostics)
    : node_(node), path_(std::move(path)), diagnostics_(diagnostics) {
  if (node.kind != YamlNode::Kind::map) wrong_type(node, path_.empty() ? "the document" : path_, "a map of keys", diagnostics);
}

const YamlNode* Fields::get(const std::string& key, Need need) {
  asked_.push_back(key);
  const YamlNode* value = node_.find(key);
  if (value == nullptr && need == Need::required && node_.kind == YamlNode::Kind::map) {
    diagnostics_.error(node_.mark, (path_.empty() ? "the document" : path_) + " lacks '" + key + "'", "add " + path_of(key));
  }
  return value;
}

void Fields::ignore(const std::vector<std::string>& keys) {
  asked_.insert(asked_.end(), keys.begin(), keys.end());
}

std::string Fields::text(const std::string& key, Need need, std::string fallback) {
  const YamlNode* node = get(key, need);
  if (node == nullptr) return fallback;
  const auto value = as_text(*node, path_of(key), diagnostics_);
  if (value && trim(*value).empty()) {
    diagnostics_.error(node->mark, path_of(key) + " is empty", "give it a value or leave the key out");
    return fallback;
  }
  return value.value_or(fallback);
}

std::string Fields::version(const std::string& key, Need need) {
  const YamlNode* node = get(key, need);
  return node == nullptr ? "" : as_version(*node, path_of(key), diagnostics_).value_or("");
}

std::string Fields::object_name(const std::string& key, Need need, std::string fallback) {
  const YamlNode* node = get(key, need);
  if (node == nullptr) return fallback;
  const auto value = as_text(*node, path_of(key), diagnostics_);
  if (value && !is_object_name(*value)) {
    bad_value(*node, path_of(key), "the name of a Kubernetes object", "lower-case letters, digits, '-' and '.' only", diagnostics_);
    return fallback;
  }
  return value.value_or(fallback);
}

bool Fields::boolean(const std::string& key, bool fallback) {
  const YamlNode* node = get(key);
  return node == nullptr ? fallback : as_boolean(*node, path_of(key), diagnostics_).value_or(fallback);
}

int Fields::integer(const std::string& key, int minimum, int maximum, int fallback) {
  const YamlNode* node = get(key);
  if (node == nullptr) return fallback;
  const auto value = as_integer(*node, path_of(key), diagnostics_);
  if (!value) return fallback;
  if (*value < minimum || *value > maximum) {
    bad_value(*node, path_of(key), "between " + std::to_string(minimum) + " and " + std::to_string(maximum), "", diagnostics_);
    return fallback;
  }
  return static_cast<int>(*value);
}

std::optional<Duration> Fields::duration(const std::string& key) {
  const YamlNode* node = get(key);
  return node == nullptr ? std::nullopt : as_duration(*node, path_of(key), diagnostics_);
}

std::vector<std::string> Fields::texts(const std::string& key) {
  const YamlNode* node = get(key);
  return node == nullptr ? std::vector<std::string>{} : as_texts(*node, path_of(key), diagnostics_).value_or(std::vector<std::string>{});
}

std::vector<std::string> Fields::choices(const std::string& key, const std::vector<std::string>& names) {
  const YamlNode* node = get(key);
  if (node == nullptr) return {};
  std::vector<std::string> chosen;
  for (const std::string& text : as_texts(*node, path_of(key), diagnostics_).value_or(std::vector<std::string>{})) {
    if (std::find(names.begin(), names.end(), text) != names.end()) {
      chosen.push_back(text);
    } else {
      diagnostics_.error(node->mark, path_of(key) + " cannot hold " + quoted(text), suggest(text, names));
    }
  }
  return chosen;
}

void Fields::done() {
  for (const YamlEntry& entry : node_.entries) {
    if (std::find(asked_.begin(), asked_.end(), entry.key) != asked_.end()) continue;
    diagnostics_.error(entry.mark, "unknown key " + quoted(entry.key) + (path_.empty() ? "" : " in " + path_), suggest(entry.key, asked_));
  }
}

}  // namespace refloat
