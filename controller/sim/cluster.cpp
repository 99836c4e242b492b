#include "sim/cluster.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/json.h"
#include "base/time.h"
#include "kube/kube_api.h"
#include "sim/argo_appset.h"
#include "sim/argo_controller.h"
#include "sim/control_plane.h"
#include "sim/controller.h"
#include "sim/garbage_collector.h"
#include "sim/jobs.h"
#include "sim/kubelet.h"
#include "sim/object_store.h"
#include "sim/workloads.h"

namespace refloat::sim {

namespace {

Json cluster_object(const char* kind, const char* name) {
  return {{"apiVersion", "v1"}, {"kind", kind}, {"metadata", {{"name", name}}}};
}

Json default_project() {
  return {{"apiVersion", "argoproj.io/v1alpha1"},
          {"kind", "AppProject"},
          {"metadata", {{"name", "default"}, {"namespace", "argocd"}}},
          {"spec", {{"sourceRepos", {"*"}}, {"destinations", {{{"namespace", "*"}, {"server", "*"}}}}}}};
}

// Whether any part of the control plane would act on it: nobody looks at Leases, Events and what Refloat keeps of a living object of its
// own.
bool concerns_somebody(const Change& change) {
  if (change.key.plural == "leases" || change.key.plural == "events") return false;
  const bool updated = change.key.group == "refloat.dev" && change.type == Change::Type::modified;
  return !updated || is_deleting(change.object);
}

bool news_since(const ObjectStore& store, std::int64_t revision) {
  const auto& history = store.history();
  for (auto change = history.rbegin(); change != history.rend() && change->revision > revision; ++change) {
    if (concerns_somebody(*change)) return true;
  }
  return false;
}

}  // namespace

Cluster::Cluster(ClusterOptions options)
    : options_(options), clock_(options_.start), api_([this] { return clock_.now(); }), admin_(plane("admin")), random_(options_.seed) {
  if (options_.refloat_crds) {
    api_.types().install_refloat();
  }
  auto kubelet = std::make_unique<Kubelet>(plane("kubelet"));
  kubelet_ = kubelet.get();
  auto argo = make_application_controller(plane("argocd-application-controller"), git_, options_.argo);
  argo_ = argo.get();
  add_part("kubelet", "kubelet", std::move(kubelet));
  add_part("jobs", "job-controller", make_job_controller(plane("job-controller")));
  add_part("deployments", "deployment-controller", make_deployment_controller(plane("deployment-controller")));
  add_part("garbage-collector", "garbage-collector", make_garbage_collector(plane("garbage-collector")));
  add_part("argo", "argocd-application-controller", std::move(argo));
  add_part("applicationset", "argocd-applicationset-controller", make_applicationset_controller(plane("argocd-applicationset-controller")));
  clock_.set_driver([this](Time from, Time until) { return drive(from, until); });
  for (const char* ns : {"default", "kube-system", "argocd"}) {
    admin_.create(cluster_object("Namespace", ns));
  }
  admin_.create(cluster_object("Node", "sim-node"));
  admin_.create(default_project());
}

void Cluster::add_part(const char* name, const char* user, std::unique_ptr<Controller> controller) {
  parts_.push_back({name, controller.get(), &timers_[user]});
  owned_.push_back(std::move(controller));
}

// Works at the present point and returns the next one that matters: soon after a change, else at the next timer.
Time Cluster::drive(Time from, Time until) {
  const bool news = news_since(api_.store(), seen_revision_);
  seen_revision_ = api_.store().revision();
  for (Part& part : parts_) part.due = part.timers->take(from) || news;
  if (std::any_of(parts_.begin(), parts_.end(), [](const Part& part) { return part.due; })) step(from);
  const auto jitter = Duration{static_cast<Duration::rep>(random_() % static_cast<std::uint64_t>(options_.step.count()))};
  Time next = api_.store().revision() != seen_revision_ ? from + options_.step / 2 + jitter : until;
  for (const Part& part : parts_) {
    if (const auto timer = part.timers->next()) next = std::min(next, std::max(*timer, from + Duration{1}));
  }
  return std::min(next, until);
}

// In an order of its own each time, since nothing orders the real ones.
void Cluster::step(Time now) {
  std::vector<Part*> order;
  for (Part& part : parts_) {
    order.push_back(&part);
  }
  for (std::size_t i = order.size(); i > 1; --i) {
    std::swap(order[i - 1], order[random_() % i]);
  }
  for (Part* part : order) {
    if (part->runs && part->due) part->controller->step(now);
  }
}

bool Cluster::wait_for(const std::function<bool()>& done, Duration limit) {
  const Time end = clock_.now() + limit;
  while (!done()) {
    if (interrupted() || clock_.now() >= end) return false;  // once interrupted, time does not pass any more
    clock_.wait_until(std::min(end, clock_.now() + options_.step));
  }
  return true;
}

void Cluster::set_running(const std::string& part, bool runs) {
  for (Part& known : parts_) {
    if (known.name == part) {
      known.runs = runs;
      known.timers->wake_at(clock_.now() + Duration{1});
    }
  }
}

std::string Cluster::trace_digest() const {
  std::string text;
  for (const Change& change : api_.store().history()) {
    text += std::to_string(change.revision) + change.key.plural + "/" + change.key.ns + "/" + change.key.name + change.object->dump();
  }
  return sha256_hex(text);
}

}  // namespace refloat::sim
