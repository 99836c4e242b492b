#include <string>

#include "base/time.h"
#include "cache/collect.h"

namespace refloat {

Time Seen::first_seen(const std::string& uid, const std::string& resource_version, Time now) {
  auto [entry, is_new] = by_uid_.try_emplace(uid, resource_version, now);
  auto& [version, since] = entry->second;
  if (!is_new && version != resource_version) {
    version = resource_version;
    since = now;
  }
  return since;
}

}  // namespace refloat
