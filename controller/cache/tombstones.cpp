#include "cache/tombstones.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "cache/watched.h"
#include "model/object_ref.h"

namespace refloat {
namespace {

constexpr std::size_t tombstones_max = 4096;

bool is_revision(const std::string& version) {
  return !version.empty() && version.front() != '0' &&
         std::all_of(version.begin(), version.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

bool is_older(const std::string& version, const std::string& than) {
  if (!is_revision(version) || !is_revision(than)) return false;
  return version.size() != than.size() ? version.size() < than.size() : version < than;
}

void Tombstones::put(Watched what, const ObjectRef& ref, const std::string& version) {
  const Key key{what, ref.ns, ref.name};
  if (!versions_.insert_or_assign(key, version).second) return;
  order_.push_back(key);
  if (order_.size() <= tombstones_max) return;
  versions_.erase(order_.front());
  order_.pop_front();
}

bool Tombstones::lets_in(Watched what, const ObjectRef& ref, const std::string& version) const {
  if (versions_.empty()) return true;
  const auto found = versions_.find({what, ref.ns, ref.name});
  return found == versions_.end() || !is_older(version, found->second);
}

}  // namespace refloat
