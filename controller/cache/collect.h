// Fresh reads of the watched objects a Stack (or all Applications) consists of, parsed into a Snapshot.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "kube/kube_api.h"
#include "model/snapshot.h"
#include "model/stack.h"
#include "model/vocabulary.h"

namespace refloat {

// When each object was first seen at its present resourceVersion; kept between passes of one process.
class Seen {
 public:
  // The time this version of the object was first seen; `now` when it is new.
  Time first_seen(const std::string& uid, const std::string& resource_version, Time now);
  // Whether CloudNativePG is installed, as it was seen a moment ago; nothing = nobody has looked.
  [[nodiscard]] std::optional<bool> postgres_kinds(Time now) const;
  void saw_postgres_kinds(bool installed, Time now) { postgres_kinds_ = {installed, now}; }

 private:
  std::optional<std::pair<bool, Time>> postgres_kinds_;
  std::map<std::string, std::pair<std::string, Time>> by_uid_;
};

struct CollectScope {
  const Stack* stack = nullptr;                     // this Stack's objects; null = every Application of `application_namespaces`
  std::vector<std::string> application_namespaces;  // empty = all (needs cluster-wide list)
  std::set<ObjectKind> objects = {};                // what is read beyond the usual, because a fact in use asks for it
};

// Applications first, then Jobs, Pods and workloads of their namespaces, so that an object named by an Application is never older than it.
// A kind that may not be listed becomes an Unexamined; only an API that cannot be reached or refuses us is an error.
Result<Snapshot> collect(KubeApi& api, const CollectScope& scope, Seen& seen, const Clock& clock);

}  // namespace refloat
