// What to watch: one resource type of one cluster, under selectors.
#pragma once

#include <memory>
#include <string>

#include "kube/endpoint.h"
#include "kube/kube_api.h"

namespace refloat {

struct WatchTarget {
  std::shared_ptr<const Origin> origin = {};  // the cluster
  std::string cluster = {};                   // its name where it is not our own, for reports
  Resource resource = {};                     // without a name; ns empty = all namespaces, or cluster-scoped
  std::string label_selector = {};
  bool built_in = false;  // a kind of Kubernetes itself: a 404 comes from what stands between, and says nothing about objects
  bool optional = false;  // nothing waits for this view
  bool rare = false;      // where it is refused it is asked for rarely
};

}  // namespace refloat
