// A batch/v1 Job, only what diagnosis uses.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/object_ref.h"

namespace refloat {

// Argo CD's own, on every hook until its operation releases it.
inline constexpr const char* hook_finalizer = "argocd.argoproj.io/hook-finalizer";

// The garbage collector's own: they end by themselves.
inline bool of_garbage_collector(const std::string& finalizer) {
  return finalizer == "foregroundDeletion" || finalizer == "orphan";
}

struct Job {
  ObjectRef ref;
  std::string resource_version;
  std::optional<Time> created_at;
  std::optional<Time> deletion_at;
  std::vector<std::string> finalizers;
  // Application part of argocd.argoproj.io/tracking-id (Argo CD 3: "<app>" or "<ns>_<app>"), else the instance label.
  std::string tracking_app;
  bool tracked_by_label = false;  // the instance label alone says so: others than Argo CD set it as well
  bool hook = false;              // carries argocd.argoproj.io/hook or helm.sh/hook
  int active = 0, ready = 0, succeeded = 0, failed = 0;
  int backoff_limit = 6;
  std::optional<Time> started_at;
  bool suspended = false;
  bool complete = false;        // condition Complete=True
  bool failed_finally = false;  // condition Failed=True
  std::string failed_reason;    // BackoffLimitExceeded, DeadlineExceeded, ...
  std::string failed_message;
  std::optional<Time> finished_at;  // transition of Complete or Failed
};

}  // namespace refloat
