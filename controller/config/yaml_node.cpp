#include "config/yaml_node.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <cstddef>
#include <exception>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "base/diagnostics.h"
#include "base/json.h"
#include "base/text.h"
#include "config/text_checks.h"

namespace refloat {
namespace {

// Ends the parse from inside a callback; never leaves this file.
struct Refusal {
  SourceMark where;
  std::string message;
  std::string hint;
};

// A container that is still being filled.
struct Open {
  YamlNode node;
  YAML::anchor_t anchor = 0;
  std::optional<YamlEntry> pending;  // key read, value not yet
  std::set<std::string> keys;
};

class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(const std::string& file, const YamlLimits& limits) : file_(file), limits_(limits) {}

  void OnDocumentStart(const YAML::Mark&) override {
    open_.clear();
    anchors_.clear();
    root_ = {};
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { add(leaf(mark, YamlNode::Kind::null), anchor); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    begin(mark, tag, anchor, YamlNode::Kind::list);
  }
  void OnSequenceEnd() override { end(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    begin(mark, tag, anchor, YamlNode::Kind::map);
  }
  void OnMapEnd() override { end(); }

  YamlNode take_root() { return std::move(root_); }
  SourceMark at(const YAML::Mark& mark) const {
    return mark.is_null() ? SourceMark{file_, 0, 0} : SourceMark{file_, mark.line + 1, mark.column + 1};
  }

 private:
  YamlNode leaf(const YAML::Mark& mark, YamlNode::Kind kind) const;
  void begin(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YamlNode::Kind kind);
  void end();
  void add(YamlNode node, YAML::anchor_t anchor);
  void add_key(Open& parent, const YamlNode& key);
  void count(std::size_t nodes, const SourceMark& where);
  void refuse_tag(const std::string& tag, const YAML::Mark& mark) const;

  const std::string& file_;
  const YamlLimits& limits_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, YamlNode> anchors_;
  YamlNode root_;
  std::size_t nodes_ = 0;
};

std::size_t size_of(const YamlNode& node) {
  std::size_t total = 1;
  for (const YamlNode& item : node.items) total += size_of(item);
  for (const YamlEntry& entry : node.entries) total += 1 + size_of(entry.value);
  return total;
}

YamlNode TreeBuilder::leaf(const YAML::Mark& mark, YamlNode::Kind kind) const {
  YamlNode node;
  node.kind = kind;
  node.mark = at(mark);
  return node;
}

void TreeBuilder::refuse_tag(const std::string& tag, const YAML::Mark& mark) const {
  if (tag.empty() || tag == "?" || tag == "!") return;
  throw Refusal{at(mark), "the YAML tag " + printable(tag, 60) + " is not used here",
                "leave it out; put text in quotes if it looks like a number"};
}

void TreeBuilder::OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value) {
  refuse_tag(tag, mark);
  YamlNode node = leaf(mark, YamlNode::Kind::scalar);
  node.style = tag == "!" ? YamlNode::Style::quoted : YamlNode::Style::plain;
  node.text = value;
  add(std::move(node), anchor);
}

void TreeBuilder::OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) {
  const auto known = anchors_.find(anchor);
  if (known == anchors_.end()) throw Refusal{at(mark), "this alias refers to the very part that it stands in", "write the part out"};
  YamlNode copy = known->second;
  count(size_of(copy), at(mark));
  copy.mark = at(mark);
  add(std::move(copy), 0);
}

void TreeBuilder::begin(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YamlNode::Kind kind) {
  refuse_tag(tag, mark);
  if (open_.size() >= limits_.depth_max)
    throw Refusal{at(mark), "nested more than " + std::to_string(limits_.depth_max) + " levels deep", {}};
  Open open;
  open.node = leaf(mark, kind);
  open.anchor = anchor;
  open_.push_back(std::move(open));
}

void TreeBuilder::end() {
  Open closed = std::move(open_.back());
  open_.pop_back();
  add(std::move(closed.node), closed.anchor);
}

void TreeBuilder::count(std::size_t nodes, const SourceMark& where) {
  nodes_ += nodes;
  if (nodes_ > limits_.nodes_max)
    throw Refusal{where, "more than " + std::to_string(limits_.nodes_max) + " values in one file, aliases expanded", {}};
}

void TreeBuilder::add_key(Open& parent, const YamlNode& key) {
  if (key.kind != YamlNode::Kind::scalar) throw Refusal{key.mark, "a key must be plain text", "quote text that starts with { or ["};
  if (!parent.keys.insert(key.text).second) {
    throw Refusal{key.mark, "the key '" + printable(key.text, 60) + "' stands twice in the same map",
                  "the second would silently replace the first; under all: or any: write a list"};
  }
  parent.pending = YamlEntry{key.text, key.mark, {}};
}

void TreeBuilder::add(YamlNode node, YAML::anchor_t anchor) {
  count(1, node.mark);
  if (anchor != 0) anchors_[anchor] = node;
  if (open_.empty()) {
    root_ = std::move(node);
    return;
  }
  Open& parent = open_.back();
  if (parent.node.kind == YamlNode::Kind::list) {
    parent.node.items.push_back(std::move(node));
  } else if (!parent.pending) {
    add_key(parent, node);
  } else {
    parent.pending->value = std::move(node);
    parent.node.entries.push_back(std::move(*parent.pending));
    parent.pending.reset();
  }
}

const char* const syntax_hint =
    "look at indentation, brackets and quotes here; text that holds ': ' or ' #' or starts with one of {[*&!|>%@ needs quotes";

void parse_documents(const std::string& text, TreeBuilder& builder, std::vector<YamlNode>& documents) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  while (parser.HandleNextDocument(builder)) {
    YamlNode root = builder.take_root();
    if (root.kind != YamlNode::Kind::null) documents.push_back(std::move(root));
  }
}

YamlNode scalar_from_json(const Json& json) {
  YamlNode node;
  node.kind = YamlNode::Kind::scalar;
  if (json.is_string()) {
    node.style = YamlNode::Style::quoted;
    node.text = json.get_ref<const std::string&>();
    return node;
  }
  node.style = json.is_boolean() ? YamlNode::Style::json_boolean : YamlNode::Style::json_number;
  node.text = json.dump();
  return node;
}

}  // namespace

const YamlNode* YamlNode::find(const std::string& key) const {
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const YamlEntry& entry) { return entry.key == key; });
  return found == entries.end() ? nullptr : &found->value;
}

std::vector<YamlNode> parse_yaml(const std::string& text, const std::string& file, Diagnostics& diagnostics, const YamlLimits& limits) {
  std::vector<YamlNode> documents;
  if (!check_text(text, file, limits.bytes_max, diagnostics)) return documents;
  TreeBuilder builder(file, limits);
  try {
    parse_documents(text, builder, documents);
  } catch (const Refusal& refusal) {
    diagnostics.error(refusal.where, refusal.message, refusal.hint);
  } catch (const YAML::Exception& error) {
    diagnostics.error(builder.at(error.mark), "not valid YAML: " + printable(error.msg), syntax_hint);
  } catch (const std::exception& error) {
    diagnostics.error({file, 0, 0}, "not valid YAML: " + printable(error.what()), syntax_hint);
  }
  return documents;
}

YamlNode node_from_json(const Json& json, const std::string& what) {
  YamlNode node;
  if (json.is_object()) {
    node.kind = YamlNode::Kind::map;
    for (const auto& [key, value] : json.items()) node.entries.push_back({key, {what, 0, 0}, node_from_json(value, what)});
  } else if (json.is_array()) {
    node.kind = YamlNode::Kind::list;
    for (const Json& item : json) node.items.push_back(node_from_json(item, what));
  } else if (!json.is_null()) {
    node = scalar_from_json(json);
  }
  node.mark = {what, 0, 0};
  return node;
}

}  // namespace refloat
