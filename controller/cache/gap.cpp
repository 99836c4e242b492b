#include "cache/gap.h"

#include <optional>
#include <string>

#include "base/result.h"
#include "kube/kube_api.h"
#include "model/application.h"
#include "model/destinations.h"
#include "model/place.h"
#include "model/snapshot.h"

namespace refloat {

std::string qualified(const Resource& resource) {
  return resource.group.empty() ? resource.plural : resource.plural + "." + resource.group;
}

namespace {

// Whoever may not look everywhere may look where they name it.
std::string way_around(const Resource& resource) {
  const bool everywhere = resource.plural == "applications" && resource.ns.empty();
  return everywhere ? "; or name a namespace: -n, of the controller --watch-namespace" : "";
}

}  // namespace

std::optional<Unexamined> as_gap(const Resource& resource, const Error& error) {
  const std::string what = qualified(resource) + " " + where(resource.ns);
  if (error.kind == ErrorKind::denied)
    return Unexamined{what, "not allowed: needs verb list on " + what + way_around(resource), error.kind};
  if (error.kind == ErrorKind::not_found) return Unexamined{what, "the API server does not know this kind", error.kind};
  return std::nullopt;
}

namespace {

Unexamined objects_of(const Application& app, const std::string& why, ErrorKind kind) {
  return {"objects of Application " + app.ref.ns + "/" + app.ref.name, why, kind};
}

}  // namespace

Unexamined objects_elsewhere(const Application& app) {
  return objects_of(app, "they live in another cluster (" + app.destination_server + "); name its cluster Secret by --destination-cluster",
                    ErrorKind::invalid);
}

void leave_out_refused(const Destinations& destinations, Snapshot& snapshot) {
  for (Application& app : snapshot.applications) {
    const std::string why = app.elsewhere ? "" : destinations.refusal(app, snapshot.project_of(app));
    if (why.empty()) continue;
    app.elsewhere = true;
    snapshot.unexamined.push_back(objects_of(app, "nothing is looked at in cluster " + app.cluster + ": " + why, ErrorKind::denied));
  }
}

}  // namespace refloat
