// Stage one of reading: text becomes a tree in which every node knows where it stands. No meaning yet, and no value loses its spelling
// ("1.10" stays "1.10").
#pragma once

#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "base/json.h"

namespace refloat {

struct YamlEntry;

struct YamlNode {
  enum class Kind { null, scalar, list, map };
  enum class Style { plain, quoted, json_number, json_boolean };  // json_*: came from a JSON object, where types are explicit
  Kind kind = Kind::null;
  Style style = Style::plain;
  std::string text;                // of a scalar, as written
  std::vector<YamlNode> items;     // of a list
  std::vector<YamlEntry> entries;  // of a map, in the order of the file; keys are unique
  SourceMark mark;

  // The value under `key` of a map; null when absent.
  [[nodiscard]] const YamlNode* find(const std::string& key) const;
};

struct YamlEntry {
  std::string key;
  SourceMark mark;  // of the key
  YamlNode value;
};

// Bounds on what one file may ask of us; a hostile file meets them, a real one never.
struct YamlLimits {
  std::size_t bytes_max = std::size_t{256} * 1024;
  std::size_t nodes_max = 20000;  // aliases count as what they expand to
  std::size_t depth_max = 40;
};

// Every non-empty document of the text. On an error the documents before it are kept and the error is in `diagnostics`.
std::vector<YamlNode> parse_yaml(const std::string& text, const std::string& file, Diagnostics& diagnostics, const YamlLimits& limits = {});

// The same tree from JSON; `what` names the object in place of a file.
YamlNode node_from_json(const Json& json, const std::string& what);

}  // namespace refloat
