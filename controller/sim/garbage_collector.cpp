#include "sim/garbage_collector.h"

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "sim/api_server.h"
#include "sim/control_plane.h"
#include "sim/controller.h"

namespace refloat::sim {

namespace {

class GarbageCollector final : public Controller {
 public:
  explicit GarbageCollector(ControlPlane plane) : plane_(std::move(plane)) {}

  void step(Time /*now*/) override {
    std::vector<Json> objects;
    std::set<std::string> uids;
    for (const auto& [key, object] : plane_.api().store().all()) {
      uids.insert(uid_of(object));
      if (object["metadata"].contains("ownerReferences") || object["metadata"].contains("finalizers") || key.plural == "namespaces") {
        objects.push_back(object);
      }
    }
    for (const Json& object : objects) {
      collect(object, uids);
      finalize(object, objects);
    }
  }

 private:
  void collect(const Json& object, const std::set<std::string>& uids) {
    const Json& owners = at_path(object, {"metadata", "ownerReferences"});
    const bool orphaned =
        !owners.empty() && std::ranges::none_of(owners, [&](const Json& o) { return uids.contains(text_at(o, {"uid"})); });
    if (orphaned && !is_deleting(object)) {
      plane_.remove(object, "Background");
    }
  }

  void finalize(const Json& owner, const std::vector<Json>& objects) {
    if (!is_deleting(owner)) {
      return;
    }
    if (has_finalizer(owner, "foregroundDeletion")) {
      delete_dependents_first(owner, objects);
    } else if (has_finalizer(owner, "orphan")) {
      orphan_dependents(owner, objects);
    }
  }

  void delete_dependents_first(const Json& owner, const std::vector<Json>& objects) {
    bool any = false;
    for (const Json& object : objects) {
      if (!owned_by(object, uid_of(owner))) {
        continue;
      }
      any = true;
      if (!is_deleting(object)) {
        plane_.remove(object, "Foreground");
      }
    }
    if (!any) {
      plane_.remove_finalizer(owner, "foregroundDeletion");
    }
  }

  void orphan_dependents(const Json& owner, const std::vector<Json>& objects) {
    for (const Json& object : objects) {
      if (owned_by(object, uid_of(owner))) {
        plane_.patch(object, {{"metadata", {{"ownerReferences", nullptr}}}});
      }
    }
    plane_.remove_finalizer(owner, "orphan");
  }

  ControlPlane plane_;
};

}  // namespace

std::unique_ptr<Controller> make_garbage_collector(ControlPlane plane) {
  return std::make_unique<GarbageCollector>(std::move(plane));
}

}  // namespace refloat::sim
