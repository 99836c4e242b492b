// The Lease "refloat-<stack>": one acting recovery per Stack. It keeps people from working against each other; it fences nothing,
// every write still carries its own preconditions.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "kube/kube_api.h"
#include "kube/lease.h"

namespace refloat {

class StackLease {
 public:
  StackLease(KubeApi& api, Clock& clock, const std::string& ns, const std::string& stack, const std::string& identity, Duration duration);

  // Takes the Lease, or renews it when it is ours and a renewal is due. stale = someone else holds it: who, since when and until when.
  Result<> hold();
  // Gives it back; quiet when it is not ours.
  void release();
  // "Lease namespace/name".
  [[nodiscard]] std::string display() const { return "Lease " + resource_.ns + "/" + resource_.name; }

 private:
  [[nodiscard]] bool renewal_due() const;
  [[nodiscard]] bool abandoned(const Json& lease) const;
  Result<> make_free();
  Result<> clear(const Json& lease);
  [[nodiscard]] Error held(const Json& lease) const;
  [[nodiscard]] Error explain(const Error& error) const;

  KubeApi& api_;
  Clock& clock_;
  std::string identity_;
  Duration renew_every_;
  Resource resource_;
  LeaseLock lock_;
  std::optional<Time> renewed_at_;  // nothing = not ours
};

}  // namespace refloat
