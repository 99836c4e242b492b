// What YAML may say: names of facts and actions, their parameters, and a sentence each. The reader checks against it, the docs print it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/playbook.h"
#include "model/stack.h"

namespace refloat {

struct ParamSpec {
  enum class Type { text, boolean, integer, duration, version, text_list, version_bound };  // version_bound: {atMost: V} / {atLeast: V}
  std::string name;
  Type type = Type::text;
  std::vector<std::string> allowed;  // for text: the only values; empty = any
  bool required = false;
  std::string doc;
};

// Which dear reads a fact rests on; none = watched objects only.
enum class Reading { database, credentials, logs };

// Objects that are read only where a fact in use asks for them.
enum class ObjectKind { replica_sets, nodes, claims, application_sets, postgres_databases };

struct FactSpec {
  std::string name;
  std::string doc;
  std::vector<Scope> scopes;  // where it makes sense; empty = everywhere
  std::vector<ParamSpec> params;
  std::vector<Reading> reads;
  bool compares_kinds = false;           // holds watched objects of one kind against those of another, whose stream may lag behind
  std::vector<ObjectKind> objects = {};  // beyond those that every look reads
};

struct ActionSpec {
  std::string name;
  std::string doc;
  std::vector<Phase> phases;  // where it may stand
  std::vector<ParamSpec> params;
  std::optional<Permission> needs;  // what Stack.spec.allow must contain
  bool destructive = false;         // its evidence is confirmed again immediately before
};

struct Vocabulary {
  std::vector<FactSpec> facts;
  std::vector<ActionSpec> actions;

  [[nodiscard]] const FactSpec* fact(const std::string& name) const;
  [[nodiscard]] const ActionSpec* action(const std::string& name) const;
};

}  // namespace refloat
