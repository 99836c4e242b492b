// Dependents of deleted owners, foreground and orphan deletion, and the emptying of namespaces.
#pragma once

#include <memory>

#include "sim/control_plane.h"
#include "sim/controller.h"

namespace refloat::sim {

std::unique_ptr<Controller> make_garbage_collector(ControlPlane plane);

}  // namespace refloat::sim
