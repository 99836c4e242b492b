#include "sim/workloads.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "base/json.h"
#include "base/time.h"
#include "sim/control_plane.h"
#include "sim/controller.h"
#include "sim/stored_object.h"

namespace refloat::sim {

namespace {

constexpr const char* hash_label = "pod-template-hash";

std::string template_hash(const Json& deployment) {
  return sha256_hex(deployment["spec"]["template"].dump()).substr(0, 10);
}

bool pod_over(const Json& pod) {
  const std::string_view phase = view_at(pod, {"status", "phase"});
  return phase == "Succeeded" || phase == "Failed";
}

struct PodTally {
  int existing = 0, live = 0, ready = 0;
};

class Deployments final : public Controller {
 public:
  explicit Deployments(ControlPlane plane) : plane_(std::move(plane)) {}

  void step(Time now) override {
    for (const StoredObject& deployment : plane_.all("apps", "deployments")) {
      if (!is_deleting(deployment)) {
        look_after(deployment, now);
      }
    }
    for (const StoredObject& set : plane_.all("apps", "replicasets")) {
      if (!is_deleting(set) && !(at_rest_[uid_of(set)] == inputs_of(set))) {
        const std::size_t requests = plane_.requests();
        scale(set);
        at_rest_[uid_of(set)] = plane_.requests() == requests ? inputs_of(set) : Inputs{};
      }
    }
  }

 private:
  // What a look at a deployment or a set was made of.
  struct Inputs {
    StoredObject object;
    std::int64_t sets = 0, pods = 0;
    bool operator==(const Inputs& other) const { return object.same(other.object) && sets == other.sets && pods == other.pods; }
  };
  [[nodiscard]] Inputs inputs_of(const StoredObject& object) const {
    return {object, plane_.changed("apps", "replicasets"), plane_.changed("", "pods")};
  }

  // A deployment that is done and about which a look sent nothing stays so until something changes.
  void look_after(const StoredObject& deployment, Time now) {
    Inputs& rest = at_rest_[uid_of(deployment)];
    if (rest == inputs_of(deployment)) {
      last_progress_[uid_of(deployment)] = now;
      return;
    }
    const std::size_t requests = plane_.requests();
    const bool done = roll_out(deployment, now);
    rest = done && plane_.requests() == requests ? inputs_of(deployment) : Inputs{};
  }

  [[nodiscard]] std::vector<StoredObject> owned(const char* group, const char* plural, const Json& owner) const {
    std::vector<StoredObject> mine;
    std::ranges::copy_if(plane_.all(group, plural), std::back_inserter(mine), [&](const Json& o) { return owned_by(o, uid_of(owner)); });
    return mine;
  }

  [[nodiscard]] PodTally tally(const Json& set) const {
    PodTally counts;
    for (const Json& pod : owned("", "pods", set)) {
      ++counts.existing;
      const bool live = !is_deleting(pod) && !pod_over(pod);
      counts.live += live ? 1 : 0;
      counts.ready += live && condition_true(pod, "Ready") ? 1 : 0;
    }
    return counts;
  }

  // Whether it is done.
  bool roll_out(const StoredObject& deployment, Time now) {
    const std::string hash = template_hash(deployment);
    const std::string name = name_of(deployment) + "-" + hash;
    const std::int64_t wanted = int_at(deployment, {"spec", "replicas"}, 1);
    const bool recreate = text_at(deployment, {"spec", "strategy", "type"}) == "Recreate";
    PodTally newest;
    PodTally older;
    StoredObject current;
    for (const StoredObject& set : owned("apps", "replicasets", deployment)) {
      const PodTally counts = tally(set);
      PodTally& sum = name_of(set) == name ? newest : older;
      current = name_of(set) == name ? set : current;
      sum = {sum.existing + counts.existing, sum.live + counts.live, sum.ready + counts.ready};
    }
    if (recreate || newest.ready >= wanted) {
      stop_others(deployment, name);
    }
    const bool may_start = !recreate || older.existing == 0;
    if (current.is_null() && may_start) {
      create_set(deployment, name, hash, wanted);
    } else if (!current.is_null()) {
      set_replicas(current, may_start ? wanted : 0);
    }
    report(deployment, newest, older, now);
    return newest.ready >= wanted && older.live == 0;
  }

  // Every set of the deployment but the one of this name.
  void stop_others(const Json& deployment, const std::string& name) {
    for (const Json& set : owned("apps", "replicasets", deployment)) {
      if (name_of(set) != name) {
        set_replicas(set, 0);
      }
    }
  }

  void set_replicas(const Json& set, std::int64_t replicas) {
    if (int_at(set, {"spec", "replicas"}) != replicas) {
      plane_.patch(set, {{"spec", {{"replicas", replicas}}}});
    }
  }

  void create_set(const Json& deployment, const std::string& name, const std::string& hash, std::int64_t replicas) {
    Json set{{"apiVersion", "apps/v1"}, {"kind", "ReplicaSet"}};
    Json pod_template = deployment["spec"]["template"];
    pod_template["metadata"]["labels"][hash_label] = hash;
    set["metadata"] = {{"name", name},
                       {"namespace", ns_of(deployment)},
                       {"labels", pod_template["metadata"]["labels"]},
                       {"ownerReferences", {owner_reference(deployment)}}};
    set["spec"] = {{"replicas", replicas}, {"selector", deployment["spec"]["selector"]}, {"template", std::move(pod_template)}};
    plane_.create(set);
  }

  void report(const Json& deployment, const PodTally& newest, const PodTally& older, Time now) {
    const std::int64_t wanted = int_at(deployment, {"spec", "replicas"}, 1);
    Json status = at_path(deployment, {"status"}).is_object() ? at_path(deployment, {"status"}) : Json::object();
    const int before = status.value("updatedReplicas", 0) + status.value("readyReplicas", 0);
    const bool fresh = status.value("observedGeneration", std::int64_t{0}) != int_at(deployment, {"metadata", "generation"});
    status["observedGeneration"] = int_at(deployment, {"metadata", "generation"});
    status["replicas"] = newest.live + older.live;
    status["updatedReplicas"] = newest.live;
    status["readyReplicas"] = newest.ready + older.ready;
    status["availableReplicas"] = newest.ready + older.ready;
    status["unavailableReplicas"] = std::max<std::int64_t>(0, wanted - newest.ready - older.ready);
    const bool available = newest.ready + older.ready >= wanted;
    set_condition(status, "Available", available, available ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable", "", now);
    progress(deployment, status, fresh || before != newest.live + newest.ready + older.ready, newest.ready >= wanted && older.live == 0,
             now);
    plane_.set_status(deployment, status);
  }

  void progress(const Json& deployment, Json& status, bool moved, bool done, Time now) {
    Time& since = last_progress_.try_emplace(uid_of(deployment), now).first->second;
    since = moved || done ? now : since;
    const Time deadline = since + std::chrono::seconds(int_at(deployment, {"spec", "progressDeadlineSeconds"}, 600));
    if (done) {
      set_condition(status, "Progressing", true, "NewReplicaSetAvailable", "", now);
      return;
    }
    if (now >= deadline) {
      set_condition(status, "Progressing", false, "ProgressDeadlineExceeded", "", now);
      return;
    }
    plane_.wake_at(deadline);
    set_condition(status, "Progressing", true, "ReplicaSetUpdated", "", now);
  }

  void scale(const Json& set) {
    const std::int64_t wanted = int_at(set, {"spec", "replicas"}, 1);
    std::vector<StoredObject> live;
    std::ranges::copy_if(owned("", "pods", set), std::back_inserter(live), [](const Json& p) { return !is_deleting(p) && !pod_over(p); });
    for (auto count = static_cast<std::int64_t>(live.size()); count < wanted; ++count) {
      create_pod(set);
    }
    for (auto i = static_cast<std::size_t>(wanted); i < live.size(); ++i) {
      plane_.remove(live[i], "Background");
    }
    const PodTally counts = tally(set);
    plane_.set_status(
        set, {{"replicas", counts.live}, {"readyReplicas", counts.ready}, {"observedGeneration", int_at(set, {"metadata", "generation"})}});
  }

  void create_pod(const Json& set) {
    Json pod{{"apiVersion", "v1"},
             {"kind", "Pod"},
             {"metadata", set["spec"]["template"]["metadata"]},
             {"spec", set["spec"]["template"]["spec"]}};
    pod["metadata"]["generateName"] = name_of(set) + "-";
    pod["metadata"]["namespace"] = ns_of(set);
    pod["metadata"]["ownerReferences"] = Json::array({owner_reference(set)});
    plane_.create(pod);
  }

  ControlPlane plane_;
  std::map<std::string, Time> last_progress_;
  std::map<std::string, Inputs> at_rest_;  // by uid
};

}  // namespace

std::unique_ptr<Controller> make_deployment_controller(ControlPlane plane) {
  return std::make_unique<Deployments>(std::move(plane));
}

}  // namespace refloat::sim
