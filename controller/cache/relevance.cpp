#include "cache/relevance.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "cache/links.h"
#include "model/application.h"
#include "model/job.h"
#include "model/place.h"
#include "model/pod.h"
#include "model/replica_set.h"
#include "model/snapshot.h"
#include "model/stack.h"
#include "model/workload.h"

namespace refloat {
namespace {

std::string key_of(const std::string& kind, const std::string& ns, const std::string& name) {
  return kind + "/" + ns + "/" + name;
}

void add_named(const Application& app, std::set<std::string>& named) {
  const auto add = [&](const auto& row) {
    if (runs_pods(row.kind)) named.insert(key_of(row.kind, row.ns.empty() ? app.destination_namespace : row.ns, row.name));
  };
  for (const OwnedResource& owned : app.resources) add(owned);
  if (!app.operation) return;
  for (const SyncedResource& synced : app.operation->resources) add(synced);
}

void add_namespaces(const Application& app, std::set<std::string>& namespaces) {
  if (!app.destination_namespace.empty()) namespaces.insert(app.destination_namespace);
  for (const OwnedResource& owned : app.resources) {
    if (runs_pods(owned.kind) && !owned.ns.empty()) namespaces.insert(owned.ns);
  }
}

// What may be meant: a namespace of that name in another cluster.
std::string other_cluster(const std::vector<Application>& applications, const std::string& workload_namespace) {
  for (const Application& app : applications) {
    const bool same_name = place_of(app.destination_namespace).ns == place_of(workload_namespace).ns;
    if (same_name && !app.cluster.empty()) return "; set workloads.cluster to " + app.cluster;
  }
  return {};
}

}  // namespace

// A ReplicaSet is called "<deployment>-<template hash>"; we do not list ReplicaSets only to learn that.
std::string deployment_of_replica_set(const std::string& replica_set) {
  const auto dash = replica_set.rfind('-');
  return dash == std::string::npos ? std::string() : replica_set.substr(0, dash);
}

bool selected(const std::map<std::string, std::string>& selector, const std::map<std::string, std::string>& labels) {
  if (selector.empty()) return false;
  return std::all_of(selector.begin(), selector.end(), [&](const auto& wanted) {
    const auto found = labels.find(wanted.first);
    return found != labels.end() && found->second == wanted.second;
  });
}

std::set<std::string> clusters_of(const std::vector<Application>& applications) {
  std::set<std::string> clusters;
  for (const Application& app : applications) {
    if (!app.elsewhere) clusters.insert(app.cluster);
  }
  return clusters;
}

Relevance::Relevance(const std::vector<Application>& applications, const Stack* stack) : applications_(applications), stack_(stack) {
  for (const Application& app : applications_) {
    add_namespaces(app, namespaces_);
    add_named(app, named_);
  }
  // Only where one of its Applications deploys: a Stack's author could not read or restart anything elsewhere either.
  may_select_ = stack_ != nullptr && std::any_of(applications_.begin(), applications_.end(), [&](const Application& app) {
                  return app.destination_namespace == stack_->workload_namespace;
                });
}

std::optional<Unexamined> Relevance::refused_namespace() const {
  const bool named = stack_ != nullptr && !stack_->workload_namespace.empty();
  if (!named || applications_.empty() || may_select_) return std::nullopt;  // that no Application was seen is said elsewhere
  const std::string why = "none of the Stack's Applications deploys into it, so nothing there is looked at or touched";
  return Unexamined{"namespace " + stack_->workload_namespace, why + other_cluster(applications_, stack_->workload_namespace),
                    ErrorKind::denied};
}

bool Relevance::tracked(const std::string& tracking_app, const std::string& ns) const {
  return std::any_of(applications_.begin(), applications_.end(),
                     [&](const Application& app) { return tracks(tracking_app, ns, app) && namespaces_.contains(ns); });
}

bool Relevance::in_selection(const std::string& ns, const std::map<std::string, std::string>& labels) const {
  return may_select_ && ns == stack_->workload_namespace && selected(stack_->workload_selector, labels);
}

bool Relevance::keep(const Job& job) {
  const bool kept = tracked(job.tracking_app, job.ref.ns) || named_.contains(key_of("Job", job.ref.ns, job.ref.name));
  if (kept) owners_.insert(job.ref.uid);
  return kept;
}

bool Relevance::keep(const Workload& workload) {
  const ObjectRef& ref = workload.ref;
  const bool kept = tracked(workload.tracking_app, ref.ns) || named_.contains(key_of(ref.kind, ref.ns, ref.name)) ||
                    in_selection(ref.ns, workload.labels);
  if (!kept) return false;
  if (ref.kind == "Deployment") deployments_.insert(ref.ns + "/" + ref.name);
  owners_.insert(ref.uid);
  return true;
}

bool Relevance::keep(const ReplicaSet& set) const {
  if (!set.owner_uid.empty() && owners_.contains(set.owner_uid)) return true;
  return set.owner_kind == "Deployment" && deployments_.contains(set.ref.ns + "/" + set.owner_name);
}

bool Relevance::keep(const Pod& pod) const {
  if (in_selection(pod.ref.ns, pod.labels)) return true;
  if (!pod.owner_uid.empty() && owners_.contains(pod.owner_uid)) return true;
  if (pod.owner_kind == "ReplicaSet") return deployments_.contains(pod.ref.ns + "/" + deployment_of_replica_set(pod.owner_name));
  // A hook Job that is gone leaves its pods behind for a while: they tell what it did.
  return pod.owner_kind == "Job" && named_.contains(key_of("Job", pod.ref.ns, pod.owner_name));
}

}  // namespace refloat
