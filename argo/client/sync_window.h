// AppProject sync windows, judged as Argo CD 3.2 judges them (pkg/apis/application/v1alpha1: SyncWindows.Matches, CanSync).
#pragma once

#include <string>

#include "base/time.h"
#include "model/application.h"
#include "model/project.h"

namespace refloat {

struct WindowVerdict {
  bool open = true;
  std::string reason;  // which window closes it, or why it could not be judged (then it counts as closed)
};

// Whether a sync of this Application would be let through now; `manual` = the operation is not marked automated.
WindowVerdict sync_allowed(const AppProject& project, const Application& app, bool manual, Time now);

}  // namespace refloat
