#include "journal/stack_lease.h"

#include <algorithm>
#include <chrono>
#include <string>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "base/text.h"
#include "base/time.h"
#include "journal/holder.h"
#include "kube/kube_api.h"
#include "kube/lease.h"

namespace refloat {
namespace {

// Long against any skew between two machines' clocks worth the name.
constexpr Duration skew_max = std::chrono::minutes(15);
// A run renews at least so often when it passes by, and oftener when its Lease is short.
constexpr Duration renew_every_max = std::chrono::seconds(20);
constexpr int looks_max = 3;  // the first may find a dead holder or lose a race

std::string holder_of(const Json& lease) {
  return text_at(lease, {"spec", "holderIdentity"});
}

Time renewed(const Json& lease) {
  return parse_time(text_at(lease, {"spec", "renewTime"})).value_or(Time{});
}

// Every call of the command line is a new process and cannot watch a Lease for its whole duration, so it trusts the clock of the holder
// here, with room for skew. A controller sees by its own clock that a Lease was not renewed (kube/lease.h), and is quicker.
Time free_at(const Json& lease) {
  const Duration duration = std::chrono::seconds(int_at(lease, {"spec", "leaseDurationSeconds"}, 0));
  return renewed(lease) + std::max(duration, skew_max);
}

}  // namespace

StackLease::StackLease(KubeApi& api, Clock& clock, const std::string& ns, const std::string& stack, const std::string& identity,
                       Duration duration)
    : api_(api),
      clock_(clock),
      identity_(identity),
      renew_every_(std::min(renew_every_max, duration / 4)),
      resource_{"coordination.k8s.io", "v1", "leases", ns, "refloat-" + stack, {}},
      lock_(api, clock, LeaseOptions{ns, resource_.name, identity, duration, duration - renew_every_}) {}

bool StackLease::renewal_due() const {
  if (!renewed_at_) return true;
  const Duration age = clock_.now() - *renewed_at_;
  return age >= renew_every_ || age < Duration(0);  // a clock that was set back says nothing
}

bool StackLease::abandoned(const Json& lease) const {
  return is_dead_here(holder_of(lease)) || free_at(lease) < clock_.now();
}

Result<> StackLease::clear(const Json& lease) {
  Json freed = lease;
  freed["spec"]["holderIdentity"] = "";
  const Result<Json> written = api_.replace(resource_, freed, {});
  const bool fine = written || written.error().kind == ErrorKind::stale;
  return fine ? ok() : Result<>(explain(written.error()));
}

Error StackLease::held(const Json& lease) const {
  const std::string since = printable(text_at(lease, {"spec", "acquireTime"}), 40);
  return {ErrorKind::stale,
          display() + " is held by " + holder_for_people(holder_of(lease)) + " since " + since + ", last renewed " +
              format_time(renewed(lease)) + "; unless renewed it is free by " + format_time(free_at(lease)),
          "wait for that run, or stop it; if it is surely dead: kubectl delete lease -n " + resource_.ns + " " + resource_.name};
}

Error StackLease::explain(const Error& error) const {
  if (error.kind != ErrorKind::denied) return error.wrap("take " + display());
  return {error.kind, "may not take " + display(),
          "grant verbs get, create and update on leases.coordination.k8s.io in namespace " + resource_.ns};
}

Result<> StackLease::hold() {
  if (!renewal_due()) return ok();
  const bool was_ours = renewed_at_.has_value();
  for (int look = 0; look < looks_max; ++look) {
    const Result<LeaseState> state = lock_.try_acquire();
    if (!state && state.error().kind == ErrorKind::ambiguous) continue;
    if (!state) return was_ours && lock_.held() ? ok() : Result<>(explain(state.error()));
    if (state->ours) {
      renewed_at_ = clock_.now();
      return ok();
    }
    if (Result<> free = make_free(); !free) return free;
  }
  return Error{ErrorKind::stale, display() + " changes hands again and again", "try again in a moment"};
}

// Another's name stands in it: that is only in our way while its process may live.
Result<> StackLease::make_free() {
  const Result<Json> lease = api_.get(resource_);
  if (!lease) return explain(lease.error());
  // Ours: what we sent came late, or somebody touched the Lease between our read and our write.
  if (holder_of(*lease).empty() || holder_of(*lease) == identity_) return ok();
  renewed_at_.reset();
  return abandoned(*lease) ? clear(*lease) : held(*lease);
}

void StackLease::release() {
  if (!renewed_at_) return;
  renewed_at_.reset();
  (void)lock_.release();  // at worst it expires
}

}  // namespace refloat
