#include "sim/garbage_collector.h"

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "sim/api_server.h"
#include "sim/control_plane.h"
#include "sim/controller.h"
#include "sim/stored_object.h"

namespace refloat::sim {

namespace {

class GarbageCollector final : public Controller {
 public:
  explicit GarbageCollector(ControlPlane plane) : plane_(std::move(plane)) {}

  void step(Time /*now*/) override {
    const std::vector<StoredObject> everything = all();
    std::vector<StoredObject> objects;
    std::unordered_set<std::string_view> uids;
    for (const StoredObject& object : everything) {
      uids.insert(view_at(object, {"metadata", "uid"}));
      if (object["metadata"].contains("ownerReferences") || object["metadata"].contains("finalizers")) {
        objects.push_back(object);
      }
    }
    for (const StoredObject& object : objects) {
      collect(object, uids);
      finalize(object, objects);
    }
  }

 private:
  [[nodiscard]] std::vector<StoredObject> all() {
    std::vector<StoredObject> everything;
    for (const auto& [key, object] : plane_.api().store().all()) everything.push_back(object);
    return everything;
  }

  void collect(const Json& object, const std::unordered_set<std::string_view>& uids) {
    const Json& owners = at_path(object, {"metadata", "ownerReferences"});
    const bool orphaned =
        !owners.empty() && std::ranges::none_of(owners, [&](const Json& o) { return uids.contains(view_at(o, {"uid"})); });
    if (orphaned && !is_deleting(object)) {
      plane_.remove(object, "Background");
    }
  }

  void finalize(const Json& owner, const std::vector<StoredObject>& objects) {
    if (!is_deleting(owner)) {
      return;
    }
    if (has_finalizer(owner, "foregroundDeletion")) {
      delete_dependents_first(owner, objects);
    } else if (has_finalizer(owner, "orphan")) {
      orphan_dependents(owner, objects);
    }
  }

  void delete_dependents_first(const Json& owner, const std::vector<StoredObject>& objects) {
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

  void orphan_dependents(const Json& owner, const std::vector<StoredObject>& objects) {
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
