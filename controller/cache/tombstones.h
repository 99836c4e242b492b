// The versions at which objects were deleted, so that an old event which comes late does not bring them back.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <tuple>

#include "cache/watched.h"
#include "model/object_ref.h"

namespace refloat {

// True when both are etcd revisions and `version` is the lower one. Anything else cannot be compared, and then what comes later counts.
bool is_older(const std::string& version, const std::string& than);

// Of the latest deletions only; a late event comes soon or never.
class Tombstones {
 public:
  void put(Watched what, const ObjectRef& ref, const std::string& version);
  // False: this version is one from before the deletion.
  [[nodiscard]] bool lets_in(Watched what, const ObjectRef& ref, const std::string& version) const;

 private:
  using Key = std::tuple<Watched, std::string, std::string>;
  std::map<Key, std::string> versions_;
  std::deque<Key> order_;  // of putting
};

}  // namespace refloat
