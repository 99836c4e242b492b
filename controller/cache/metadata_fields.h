// The members that objects of all kinds have: metadata and conditions.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "cache/json_fields.h"
#include "model/object_ref.h"

namespace refloat::fields {

struct Owner {
  std::string kind, name, uid;
  bool controller = false;
};
inline constexpr Table<Owner, 4> owner_fields{{
    {"kind", [](Value v, Owner& o) { read_text(v, o.kind); }},
    {"name", [](Value v, Owner& o) { read_text(v, o.name); }},
    {"uid", [](Value v, Owner& o) { read_text(v, o.uid); }},
    {"controller", [](Value v, Owner& o) { read_flag(v, o.controller); }},
}};

struct Metadata {
  ObjectRef ref;
  std::string version;
  std::optional<Time> created_at, deletion_at;
  std::map<std::string, std::string> labels;
  std::vector<std::string> finalizers;
  std::string tracking_id, revision;
  bool hook = false;
  Owner owner;  // the last one that is a controller
  std::int64_t generation = 0;
};
inline constexpr Table<Metadata, 4> annotation_fields{{
    {"argocd.argoproj.io/tracking-id", [](Value v, Metadata& m) { read_text(v, m.tracking_id); }},
    {"argocd.argoproj.io/hook", [](Value v, Metadata& m) { m.hook |= text(v).has_value(); }},
    {"deployment.kubernetes.io/revision", [](Value v, Metadata& m) { read_text(v, m.revision); }},
    {"helm.sh/hook", [](Value v, Metadata& m) { m.hook |= text(v).has_value(); }},
}};

inline void read_owners(Value value, Metadata& metadata) {
  each_item(value, [&](Value item) {
    Owner owner;
    read_object(item, owner, owner_fields);
    if (owner.controller) metadata.owner = std::move(owner);
  });
}

inline constexpr Table<Metadata, 11> metadata_fields{{
    {"namespace", [](Value v, Metadata& m) { read_text(v, m.ref.ns); }},
    {"name", [](Value v, Metadata& m) { read_text(v, m.ref.name); }},
    {"uid", [](Value v, Metadata& m) { read_text(v, m.ref.uid); }},
    {"resourceVersion", [](Value v, Metadata& m) { read_text(v, m.version); }},
    {"creationTimestamp", [](Value v, Metadata& m) { read_time(v, m.created_at); }},
    {"deletionTimestamp", [](Value v, Metadata& m) { read_time(v, m.deletion_at); }},
    {"labels", [](Value v, Metadata& m) { read_text_map(v, m.labels); }},
    {"annotations", [](Value v, Metadata& m) { read_object(v, m, annotation_fields); }},
    {"finalizers", [](Value v, Metadata& m) { read_texts(v, m.finalizers); }},
    {"ownerReferences", read_owners},
    {"generation", [](Value v, Metadata& m) { m.generation = integer(v).value_or(0); }},
}};

struct ObjectCondition {
  std::string type, status, reason, message;
  std::optional<Time> changed_at;
};
inline constexpr Table<ObjectCondition, 5> condition_fields{{
    {"type", [](Value v, ObjectCondition& c) { read_text(v, c.type); }},
    {"status", [](Value v, ObjectCondition& c) { read_text(v, c.status); }},
    {"reason", [](Value v, ObjectCondition& c) { read_text(v, c.reason); }},
    {"message", [](Value v, ObjectCondition& c) { read_text(v, c.message); }},
    {"lastTransitionTime", [](Value v, ObjectCondition& c) { read_time(v, c.changed_at); }},
}};

}  // namespace refloat::fields
