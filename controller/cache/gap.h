// What a kind that cannot be read means for a report.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "kube/kube_api.h"
#include "model/application.h"
#include "model/destinations.h"
#include "model/snapshot.h"

namespace refloat {

// "jobs.batch".
std::string qualified(const Resource& resource);

// The API's refusal of one kind; nothing = the API as a whole cannot be used.
std::optional<Unexamined> as_gap(const Resource& resource, const Error& error);

// Of an Application that deploys to a cluster that is not looked at.
Unexamined objects_elsewhere(const Application& app);
// Applications that Argo CD would not deploy to another cluster are `elsewhere` from here on, and unexamined. Their AppProjects were read.
void leave_out_refused(const Destinations& destinations, Snapshot& snapshot);

}  // namespace refloat
