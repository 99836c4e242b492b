#include "sim/kubelet.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/base64.h"
#include "base/json.h"
#include "base/time.h"
#include "sim/control_plane.h"
#include "sim/pod_runtime.h"
#include "sim/program.h"
#include "sim/stored_object.h"

namespace refloat::sim {

namespace {

constexpr std::chrono::seconds stop_takes{1};
constexpr int exit_terminated = 143;

bool tolerates(const Json& pod, const Json& taint) {
  const Json& tolerations = at_path(pod, {"spec", "tolerations"});
  return std::ranges::any_of(tolerations, [&](const Json& t) {
    const bool key = !t.contains("key") || t["key"] == taint["key"];
    return key && (text_at(t, {"operator"}) == "Exists" || text_at(t, {"value"}) == text_at(taint, {"value"}));
  });
}

bool fits(const Json& pod, const Json& node) {
  return std::ranges::all_of(at_path(node, {"spec", "taints"}), [&](const Json& taint) { return tolerates(pod, taint); });
}

bool has_labels(const Json& pod, const std::map<std::string, std::string>& labels) {
  const Json& own = at_path(pod, {"metadata", "labels"});
  return std::ranges::all_of(labels, [&](const auto& l) { return own.is_object() && own.contains(l.first) && own[l.first] == l.second; });
}

}  // namespace

void Kubelet::step(Time now) {
  std::set<std::string> seen;
  for (const StoredObject& pod : plane_.all("", "pods")) {
    seen.insert(uid_of(pod));
    if (!view_at(pod, {"spec", "nodeName"}).empty()) {
      run(pod, now);
    } else if (!is_deleting(pod)) {
      schedule(pod, now);
    }
  }
  std::erase_if(runtimes_, [&](const auto& entry) { return !seen.contains(entry.first); });
}

bool Kubelet::schedule(const Json& pod, Time now) {
  const std::vector<StoredObject> nodes = plane_.all("", "nodes");
  const auto node = std::ranges::find_if(nodes, [&](const Json& n) { return fits(pod, n); });
  if (node != nodes.end()) {
    plane_.patch(pod, {{"spec", {{"nodeName", name_of(*node)}}}});
    return true;
  }
  const std::string count = std::to_string(nodes.size());
  Json status = pod["status"];
  set_condition(status, "PodScheduled", false, "Unschedulable",
                "0/" + count + " nodes are available: " + count + " node(s) had untolerated taint(s).", now);
  plane_.set_status(pod, status);
  return false;
}

std::optional<std::string> Kubelet::value_of(const std::string& ns, const Json& from) const {
  const bool config = from.contains("configMapKeyRef");
  const Json& ref = at_path(from, {config ? "configMapKeyRef" : "secretKeyRef"});
  const StoredObject holder = plane_.find("", config ? "configmaps" : "secrets", ns, text_at(ref, {"name"}));
  const std::string key = text_at(ref, {"key"});
  const Json& data = at_path(holder, {"data"});
  if (!data.is_object() || !data.contains(key)) {
    return std::nullopt;
  }
  return config ? std::optional(data[key].get<std::string>()) : base64_decode(data[key].get<std::string>());
}

bool Kubelet::somebody_ready(const std::string& ns, const std::map<std::string, std::string>& labels) const {
  return std::ranges::any_of(plane_.all("", "pods"), [&](const Json& p) {
    return ns_of(p) == ns && has_labels(p, labels) && condition_true(p, "Ready") && !is_deleting(p);
  });
}

const ContainerEnvironment& Kubelet::environment(const std::string& ns) {
  if (const auto known = environments_.find(ns); known != environments_.end()) {
    return known->second;
  }
  const auto program = [this](const std::string& image) {
    const auto it = programs_.find(image);
    return it == programs_.end() ? Program() : it->second;
  };
  return environments_[ns] = {program, [this, ns](const Json& from) { return value_of(ns, from); },
                              [this, ns](const std::map<std::string, std::string>& labels) { return somebody_ready(ns, labels); }};
}

Kubelet::Pod& Kubelet::known_pod(const Json& pod) {
  const std::string uid = uid_of(pod);
  const auto known = runtimes_.find(uid);
  return known != runtimes_.end() ? known->second : runtimes_.emplace(uid, Pod{PodRuntime(pod), {}, 0}).first->second;
}

void Kubelet::run(const StoredObject& pod, Time now) {
  Pod& known = known_pod(pod);
  if (is_deleting(pod)) {
    stop(pod, known.runtime, now);
    return;
  }
  plane_.wake_at(known.runtime.step(environment(ns_of(pod)), now));
  const std::uint64_t version = known.runtime.version();
  if (known.told.same(pod) && known.told_version == version) {
    return;
  }
  if (!plane_.set_status(pod, known.runtime.status(pod["status"], now))) {
    known.told = pod;
    known.told_version = version;
  }
}

// Stopping takes a second; then the kubelet says that the pod has ended and deletes it for good, unless finalizers hold it.
void Kubelet::stop(const Json& pod, PodRuntime& runtime, Time now) {
  if (!runtime.stopping_since) {
    runtime.stopping_since = now;
    plane_.wake_at(now + stop_takes);
    return;
  }
  if (now < *runtime.stopping_since + stop_takes) {
    return;
  }
  runtime.kill_all(exit_terminated, now);
  plane_.set_status(pod, runtime.status(pod["status"], now));
  if (int_at(pod, {"metadata", "deletionGracePeriodSeconds"}) == 0 && !at_path(pod, {"metadata", "finalizers"}).empty()) {
    return;
  }
  plane_.api().finish_pod(plane_.user(), ns_of(pod), name_of(pod), uid_of(pod));
}

const std::vector<std::string>* Kubelet::log(const std::string& pod_uid, const std::string& container, bool previous) const {
  const auto it = runtimes_.find(pod_uid);
  if (it == runtimes_.end()) {
    return nullptr;
  }
  const auto& containers = it->second.runtime.containers();
  const auto found = std::ranges::find_if(
      containers, [&](const ContainerRuntime& c) { return container.empty() ? !c.init : text_at(c.spec, {"name"}) == container; });
  if (found == containers.end() || (previous ? !found->has_previous : found->starts == 0)) {
    return nullptr;
  }
  return previous ? &found->previous_log : &found->log;
}

void Kubelet::kill(const std::string& pod_uid) {
  if (const auto it = runtimes_.find(pod_uid); it != runtimes_.end()) {
    it->second.runtime.crash(plane_.api().now());
  }
}

}  // namespace refloat::sim
