#include "model/destinations.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/text.h"
#include "model/application.h"
#include "model/place.h"
#include "model/project.h"

namespace refloat {
namespace {

// Argo CD takes an address with and without its last slash for the same.
std::string without_last_slash(std::string address) {
  while (address.ends_with('/')) address.pop_back();
  return address;
}

bool holds_slash(const std::string& text) {
  return text.find('/') != std::string::npos;
}

// Whoever may write an Application may write anything into it; no namespace and no name of an object holds a slash.
bool forged(const Application& app) {
  const auto row_forged = [](const auto& row) { return holds_slash(row.ns) || holds_slash(row.name); };
  const auto any = [&](const auto& rows) { return std::any_of(rows.begin(), rows.end(), row_forged); };
  return holds_slash(app.destination_namespace) || any(app.resources) || (app.operation && any(app.operation->resources));
}

// Calls visit(ns) with every namespace that an Application names.
template <class App, class Visit>
void each_namespace(App& app, Visit visit) {
  visit(app.destination_namespace);
  for (auto& row : app.resources) visit(row.ns);
  if (!app.operation) return;
  for (auto& row : app.operation->resources) visit(row.ns);
}

}  // namespace

void Destinations::add(const Destination& destination) {
  by_destination_["name:" + destination.name] = destination.name;
  by_destination_[without_last_slash(destination.server)] = destination.name;
  by_name_[destination.name] = destination;
}

std::optional<std::string> Destinations::cluster_of(const std::string& destination_server) const {
  const std::string to = without_last_slash(destination_server);
  if (to.empty() || to == "https://kubernetes.default.svc" || to == "name:in-cluster" || to == server_) return "";
  const auto found = by_destination_.find(to);
  return found == by_destination_.end() ? std::nullopt : std::optional(found->second);
}

const Destination* Destinations::find(const std::string& cluster) const {
  const auto found = by_name_.find(cluster);
  return found == by_name_.end() ? nullptr : &found->second;
}

void Destinations::settle(Application& app) const {
  const bool is_forged = forged(app);
  const std::optional<std::string> cluster = is_forged ? std::nullopt : cluster_of(app.destination_server);
  app.elsewhere = !cluster;
  app.cluster = cluster.value_or("");
  if (!is_forged && app.cluster.empty()) return;
  each_namespace(app, [&](std::string& ns) {
    if (holds_slash(ns)) ns.clear();
    if (!ns.empty()) ns = namespace_in(app.cluster, ns);
  });
}

std::string Destinations::refusal(const Application& app, const AppProject* project) const {
  const Destination* to = find(app.cluster);
  if (to == nullptr) return {};
  if (argo_namespace_of(app) != to->argo_ns) return "it is not an Application of the Argo CD in namespace " + to->argo_ns;
  if (project == nullptr) return "its AppProject could not be read";
  const auto& sources = project->source_namespaces;
  const bool from_here = app.ref.ns == to->argo_ns ||
                         std::any_of(sources.begin(), sources.end(), [&](const std::string& glob) { return glob_match(glob, app.ref.ns); });
  if (!from_here) return "its AppProject takes no Applications from namespace " + app.ref.ns;
  const bool reserved = to->project.empty() ? project->only_own_clusters : to->project != project->name;
  if (reserved) return "the cluster is not of its AppProject";
  // Its status names more namespaces than its destination, and is as easily written.
  bool permitted = permits(*project, to->name, to->server, place_of(app.destination_namespace).ns);
  each_namespace(app, [&](const std::string& ns) {
    permitted = permitted && (ns.empty() || permits(*project, to->name, to->server, place_of(ns).ns));
  });
  return permitted ? "" : "its AppProject does not permit that destination";
}

}  // namespace refloat
