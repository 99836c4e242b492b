// Stage two of reading: a map's fields, each asked for by name and type. What nobody asked for is an unknown key.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/diagnostics.h"
#include "base/time.h"
#include "config/yaml_node.h"

namespace refloat {

// Conversions of one value; an error names `path`, and nothing comes back.
std::optional<std::string> as_text(const YamlNode& node, const std::string& path, Diagnostics& diagnostics);
std::optional<bool> as_boolean(const YamlNode& node, const std::string& path, Diagnostics& diagnostics);
std::optional<long> as_integer(const YamlNode& node, const std::string& path, Diagnostics& diagnostics);
std::optional<Duration> as_duration(const YamlNode& node, const std::string& path, Diagnostics& diagnostics);
std::optional<std::string> as_version(const YamlNode& node, const std::string& path, Diagnostics& diagnostics);
// One of `names`; anything else is an error that lists them.
std::optional<std::string> as_choice(const YamlNode& node, const std::vector<std::string>& names, const std::string& path,
                                     Diagnostics& diagnostics);
// A list of texts; one text alone counts as a list of one.
std::optional<std::vector<std::string>> as_texts(const YamlNode& node, const std::string& path, Diagnostics& diagnostics);

// "did you mean 'x'?", or the whole list when nothing is near.
std::string suggest(const std::string& word, const std::vector<std::string>& candidates);

enum class Need { required, optional };

// The fields of one map. Ask for every key that may stand there, then call done().
class Fields {
 public:
  // A node that is no map is an error, and every field of it absent.
  Fields(const YamlNode& node, std::string path, Diagnostics& diagnostics);

  // The value of a key; null when absent, which is an error if it is required.
  const YamlNode* get(const std::string& key, Need need = Need::optional);
  // Keys that may stand here but mean nothing to us.
  void ignore(const std::vector<std::string>& keys);

  std::string text(const std::string& key, Need need = Need::optional, std::string fallback = {});
  std::string version(const std::string& key, Need need = Need::optional);
  // A name Kubernetes would accept for an object.
  std::string object_name(const std::string& key, Need need = Need::optional, std::string fallback = {});
  bool boolean(const std::string& key, bool fallback);
  int integer(const std::string& key, int minimum, int maximum, int fallback);
  std::optional<Duration> duration(const std::string& key);
  std::vector<std::string> texts(const std::string& key);
  // Each one of `names`.
  std::vector<std::string> choices(const std::string& key, const std::vector<std::string>& names);
  // The value that `table` gives to the name written; `fallback` when absent or wrong.
  template <class T>
  T choice(const std::string& key, const std::vector<std::pair<std::string, T>>& table, T fallback, Need need = Need::optional);

  // Reports every key that was not asked for.
  void done();

  [[nodiscard]] std::string path_of(const std::string& key) const { return path_.empty() ? key : path_ + "." + key; }
  [[nodiscard]] const SourceMark& mark() const { return node_.mark; }

 private:
  const YamlNode& node_;
  std::string path_;
  Diagnostics& diagnostics_;
  std::vector<std::string> asked_;
};

template <class T>
T Fields::choice(const std::string& key, const std::vector<std::pair<std::string, T>>& table, T fallback, Need need) {
  const YamlNode* node = get(key, need);
  if (node == nullptr) return fallback;
  std::vector<std::string> names;
  for (const auto& [name, value] : table) names.push_back(name);
  const auto chosen = as_choice(*node, names, path_of(key), diagnostics_);
  for (const auto& [name, value] : table) {
    if (chosen == name) return value;
  }
  return fallback;
}

}  // namespace refloat
