#include <chrono>
#include <optional>
#include <string>

#include "base/time.h"
#include "cache/collect.h"

namespace refloat {

std::optional<bool> Seen::postgres_kinds(Time now) const {
  if (!postgres_kinds_ || now - postgres_kinds_->second >= std::chrono::seconds(30)) return std::nullopt;
  return postgres_kinds_->first;
}

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
