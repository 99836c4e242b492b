// What etcd is to a cluster: every object with its resourceVersion, and the history that watches read.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/json.h"
#include "sim/stored_object.h"

namespace refloat::sim {

// Where an object stands; ns is empty for cluster-scoped ones.
struct Key {
  std::string group, plural, ns, name;
  friend bool operator<(const Key& a, const Key& b) {
    return std::tie(a.group, a.plural, a.ns, a.name) < std::tie(b.group, b.plural, b.ns, b.name);
  }
  friend bool operator==(const Key& a, const Key& b) = default;
};

// One entry of the history.
struct Change {
  enum class Type { added, modified, deleted };
  std::int64_t revision = 0;
  Type type = Type::added;
  Key key;
  StoredObject object;  // as of this revision; of a deletion: the last state, with the deletion's resourceVersion
  StoredObject before;  // null for added
};

class ObjectStore {
 public:
  // Null when there is none.
  [[nodiscard]] StoredObject find(const Key& key) const;
  // All of a resource, of one namespace or (ns empty) of all, by namespace and name.
  [[nodiscard]] std::vector<StoredObject> list(const std::string& group, const std::string& plural, const std::string& ns) const;
  // Keys of everything, for the garbage collector.
  [[nodiscard]] const std::map<Key, StoredObject>& all() const { return objects_; }
  // Adds or overwrites, stamps metadata.resourceVersion and returns what was stored.
  StoredObject put(const Key& key, Json object);
  void erase(const Key& key);
  // A uid nobody has had.
  std::string new_uid();

  [[nodiscard]] std::int64_t revision() const { return revision_; }
  // The revision of the last change of a resource; 0 = there was none.
  [[nodiscard]] std::int64_t changed(const std::string& group, const std::string& plural) const;
  [[nodiscard]] const std::deque<Change>& history() const { return history_; }
  // Watches from before this revision are told 410.
  [[nodiscard]] std::int64_t oldest() const { return oldest_; }
  // Forgets the history, as etcd's compaction does.
  void compact();

 private:
  void remember(Change change);

  std::map<Key, StoredObject> objects_;
  std::map<std::pair<std::string, std::string>, std::int64_t> changed_;  // by group and plural
  std::deque<Change> history_;
  std::int64_t revision_ = 100;
  std::int64_t oldest_ = 0;
  std::uint64_t uids_ = 0;
};

}  // namespace refloat::sim
