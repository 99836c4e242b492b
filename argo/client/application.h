// Reads Argo CD's objects into plain values. Sources: Argo CD 3.2 CRDs; unknown or hostile fields are ignored, never fatal.
#pragma once

#include "base/json.h"
#include "model/application.h"
#include "model/application_set.h"
#include "model/project.h"

namespace refloat {

Application parse_application(const Json& object);
AppProject parse_project(const Json& object);
ApplicationSet parse_application_set(const Json& object);

}  // namespace refloat
