// The Job controller: pods, back-off limit, conditions, time to live.
#pragma once

#include <memory>

#include "sim/control_plane.h"
#include "sim/controller.h"

namespace refloat::sim {

std::unique_ptr<Controller> make_job_controller(ControlPlane plane);

}  // namespace refloat::sim
