// The simulated argocd-applicationset-controller: list generators and RollingSync.
#pragma once

#include <memory>

#include "sim/control_plane.h"
#include "sim/controller.h"

namespace refloat::sim {

std::unique_ptr<Controller> make_applicationset_controller(ControlPlane plane);

}  // namespace refloat::sim
