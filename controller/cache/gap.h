// What a kind that cannot be read means for a report.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "kube/kube_api.h"
#include "model/application.h"
#include "model/snapshot.h"

namespace refloat {

// "jobs.batch".
std::string qualified(const Resource& resource);

// The API's refusal of one kind; nothing = the API as a whole cannot be used.
std::optional<Unexamined> as_gap(const Resource& resource, const Error& error);

// Of an Application that deploys to a cluster that is not looked at.
Unexamined objects_elsewhere(const Application& app);

}  // namespace refloat
