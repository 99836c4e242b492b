// Reads a tree of facts: {all: [...]}, {any: [...]}, {not: {...}}, or a map of facts, of which all must hold.
#pragma once

#include <cstddef>
#include <limits>
#include <set>
#include <string>

#include "base/diagnostics.h"
#include "config/yaml_node.h"
#include "model/playbook.h"
#include "model/vocabulary.h"

namespace refloat {

inline constexpr std::size_t every_mistake = std::numeric_limits<std::size_t>::max();

// Where a condition stands decides which facts it may use.
struct ConditionPlace {
  std::string path;  // "spec.signature.suspect"
  Scope scope = Scope::stack;
  bool free_only = false;              // only facts that read nothing but watched objects
  std::size_t enough = every_mistake;  // diagnostics, from which on nothing more is read
};

Condition read_condition(const YamlNode& node, const ConditionPlace& place, const Vocabulary& vocabulary, Diagnostics& diagnostics);

// Whether any fact of the tree rests on a reading of this kind.
bool reads(const Condition& condition, Reading reading, const Vocabulary& vocabulary);
// Whether any fact of the tree reads more than watched objects.
bool reads_anything(const Condition& condition, const Vocabulary& vocabulary);

// The optional objects that any fact of the tree asks for are added.
void add_objects(const Condition& condition, const Vocabulary& vocabulary, std::set<ObjectKind>& objects);

}  // namespace refloat
