// Names one Kubernetes object.
#pragma once

#include <string>
#include <tuple>

namespace refloat {

struct ObjectRef {
  std::string kind;  // "Application", "Job", "Pod", "Database" (a Stack's database), ...
  std::string ns;    // namespace; empty for cluster-scoped objects
  std::string name;
  std::string uid;  // empty when it is not known; two objects are the same only if the uid is

  // Whether both are called the same; it may be another object by now.
  [[nodiscard]] bool same_name(const ObjectRef& other) const { return kind == other.kind && ns == other.ns && name == other.name; }
  // "Kind/name" for people.
  [[nodiscard]] std::string display() const { return kind + "/" + name; }
  friend bool operator==(const ObjectRef& a, const ObjectRef& b) {
    return std::tie(a.kind, a.ns, a.name, a.uid) == std::tie(b.kind, b.ns, b.name, b.uid);
  }
};

}  // namespace refloat
