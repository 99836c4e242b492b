#include "cache/watched.h"

#include <string>

#include "kube/kube_api.h"

namespace refloat {

Resource resource_of(Watched what, const std::string& ns) {
  switch (what) {
    case Watched::application: return {"argoproj.io", "v1alpha1", "applications", ns, {}, {}};
    case Watched::project: return {"argoproj.io", "v1alpha1", "appprojects", ns, {}, {}};
    case Watched::job: return {"batch", "v1", "jobs", ns, {}, {}};
    case Watched::pod: return {"", "v1", "pods", ns, {}, {}};
    case Watched::deployment: return {"apps", "v1", "deployments", ns, {}, {}};
    case Watched::stateful_set: return {"apps", "v1", "statefulsets", ns, {}, {}};
  }
  return {};
}

}  // namespace refloat
