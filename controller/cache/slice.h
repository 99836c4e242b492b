// A Snapshot of what concerns one Stack or one Application, put together from the cache: what collect() would read for the same objects.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>

#include "base/time.h"
#include "cache/kept_objects.h"
#include "cache/watched.h"
#include "model/destinations.h"
#include "model/snapshot.h"
#include "model/stack.h"
#include "model/vocabulary.h"

namespace refloat {

// Where a slice comes from.
struct SliceSource {
  const KeptObjects& objects;
  const Destinations& destinations;
  Time now{};
  const std::set<ObjectKind>& in_use;  // what is told beyond the usual
  // What cannot be said about a kind in a namespace because no stream has brought it.
  std::function<std::optional<Unexamined>(Watched what, const std::string& ns)> gap;
  // The known Application in the namespace whose name is nearest, or "".
  std::function<std::string(const std::string& ns, const std::string& name)> nearest_application;
};

Snapshot slice_of_stack(const SliceSource& source, const Stack& stack);
Snapshot slice_of_application(const SliceSource& source, const std::string& ns, const std::string& name);

}  // namespace refloat
