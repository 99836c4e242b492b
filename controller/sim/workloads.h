// Deployments: a ReplicaSet per template, rollouts, pods.
#pragma once

#include <memory>

#include "sim/control_plane.h"
#include "sim/controller.h"

namespace refloat::sim {

std::unique_ptr<Controller> make_deployment_controller(ControlPlane plane);

}  // namespace refloat::sim
