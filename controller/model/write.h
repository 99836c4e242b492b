// One effect on the outside, as a value: planned, shown, journaled, checked by guardrails, then sent exactly once.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "base/json.h"
#include "model/object_ref.h"

namespace refloat {

enum class PatchType { json, merge, strategic, apply };

// A write to the Kubernetes API. Every one carries uid and resourceVersion of the object it was decided on.
struct KubeWrite {
  enum class Verb { create, patch, remove };
  Verb verb = Verb::patch;
  std::string group, version, plural;  // group is empty for core
  std::string subresource;
  ObjectRef object;              // uid = precondition
  std::string resource_version;  // precondition; empty only for create
  PatchType patch_type = PatchType::merge;
  Json body = Json::object();  // the patch or object, preconditions included
  std::string propagation;     // of remove: Background | Foreground | Orphan
  std::string describe;        // one sentence for people
};

enum class RepairKind {
  remove_orphaned_metadata_row,  // state b: DELETE of the one never-used row of a schema at 0.0
  insert_metadata_row,           // state g: INSERT of the row a live schema lost
  rename_version_row,            // state h: db_name := current_database()
  recreate_dropped_objects,      // states b2/b3: dummies for what the interrupted version already dropped
};

const char* to_string(RepairKind kind);

// A guarded repair in one transaction; the guard is part of the statement list and re-checked inside.
struct SqlWrite {
  std::string database;  // as in the Stack
  RepairKind kind = RepairKind::remove_orphaned_metadata_row;
  std::vector<std::string> arguments;   // recreate_dropped_objects: the objects
  std::vector<std::string> statements;  // what will be sent, for the plan and the journal
  std::string describe;
};

using Write = std::variant<KubeWrite, SqlWrite>;

// "PATCH /apis/argoproj.io/v1alpha1/namespaces/argocd/applications/x" or "SQL temporal: DELETE ...".
std::string display(const Write& write);
// The sentence for people.
const std::string& describe(const Write& write);
// Path of a KubeWrite, without query.
std::string path_of(const KubeWrite& write);
Json to_json(const Write& write);

}  // namespace refloat
