// The simulated argocd-application-controller.
#pragma once

#include <memory>

#include "sim/argo_settings.h"
#include "sim/control_plane.h"
#include "sim/controller.h"
#include "sim/git.h"

namespace refloat::sim {

// Settings and repositories are read at each step, so a test may change them on the way.
std::unique_ptr<Controller> make_application_controller(ControlPlane plane, const GitRepos& git, const ArgoSettings& settings);

}  // namespace refloat::sim
