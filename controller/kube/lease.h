// A coordination.k8s.io Lease as a lock: one acting run at a time. It is no fence: every write still carries its preconditions.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "kube/kube_api.h"

namespace refloat {

struct LeaseOptions {
  std::string ns;
  std::string name;
  std::string holder;              // unique per process
  Duration duration{15000};        // how long a holder counts without a sign of life (whole seconds)
  Duration renew_deadline{10000};  // how long we count ourselves the holder after our last sign; must be shorter
};

// The outcome of one try.
struct LeaseState {
  bool ours = false;
  std::string holder;  // who has it, when it is not ours; empty where nobody can tell
};

class LeaseLock {
 public:
  LeaseLock(KubeApi& api, Clock& clock, LeaseOptions options);

  // Takes the Lease if it is free, renews it if it is ours. Another's counts as free once it did not change for its own duration by
  // our clock since we first saw it so: no clock of another machine is compared.
  Result<LeaseState> try_acquire();
  // Gives it up if it is ours.
  Result<> release();
  // Whether we may still act: our last renewal is younger than the renew deadline.
  [[nodiscard]] bool held() const;

 private:
  Result<LeaseState> create();
  Result<LeaseState> decide(const Json& lease);
  Result<LeaseState> write(Json lease, bool acquire);
  LeaseState taken(Time sent_at);
  LeaseState lost_race();
  void observe(const Json& lease);
  [[nodiscard]] Resource resource(bool named) const;
  [[nodiscard]] Time free_at(const Json& lease) const;

  KubeApi& api_;
  Clock& clock_;
  LeaseOptions options_;
  Json observed_;  // spec as it last was when it changed
  Time observed_at_{};
  std::optional<Time> renewed_at_;
};

}  // namespace refloat
