#include "kube/lease.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "kube/kube_api.h"

namespace refloat {
namespace {

// A clock that was set back by more says nothing about how long ago we renewed.
constexpr Duration set_back_max{1000};

std::string holder_of(const Json& lease) {
  return text_at(lease, {"spec", "holderIdentity"});
}

std::int64_t seconds(Duration duration) {
  return std::max<std::int64_t>(1, std::chrono::duration_cast<std::chrono::seconds>(duration).count());
}

}  // namespace

LeaseLock::LeaseLock(KubeApi& api, Clock& clock, LeaseOptions options) : api_(api), clock_(clock), options_(std::move(options)) {}

Resource LeaseLock::resource(bool named) const {
  return {"coordination.k8s.io", "v1", "leases", options_.ns, named ? options_.name : "", ""};
}

Result<LeaseState> LeaseLock::try_acquire() {
  const Result<Json> lease = api_.get(resource(true));
  if (lease) return decide(*lease);
  return lease.error().kind == ErrorKind::not_found ? create() : Result<LeaseState>(lease.error().wrap("read lease " + options_.name));
}

Result<LeaseState> LeaseLock::decide(const Json& lease) {
  observe(lease);
  const std::string holder = holder_of(lease);
  if (holder == options_.holder) return write(lease, false);
  renewed_at_.reset();
  if (holder.empty() || clock_.now() >= free_at(lease)) return write(lease, true);
  return LeaseState{false, holder};
}

void LeaseLock::observe(const Json& lease) {
  const Json& spec = at_path(lease, {"spec"});
  if (spec == observed_ && observed_at_ <= clock_.now()) return;  // a clock that was set back begins to count anew
  observed_ = spec;
  observed_at_ = clock_.now();
}

Time LeaseLock::free_at(const Json& lease) const {
  const std::int64_t stated = int_at(lease, {"spec", "leaseDurationSeconds"}, seconds(options_.duration));
  return observed_at_ + std::chrono::seconds(std::clamp<std::int64_t>(stated, 1, 3600));
}

Result<LeaseState> LeaseLock::create() {
  const Time now = clock_.now();
  const Json lease = {{"apiVersion", "coordination.k8s.io/v1"},
                      {"kind", "Lease"},
                      {"metadata", {{"name", options_.name}, {"namespace", options_.ns}}},
                      {"spec",
                       {{"holderIdentity", options_.holder},
                        {"leaseDurationSeconds", seconds(options_.duration)},
                        {"acquireTime", format_micro_time(now)},
                        {"renewTime", format_micro_time(now)},
                        {"leaseTransitions", 0}}}};
  const Result<Json> created = api_.create(resource(false), lease, {});
  if (created) return taken(now);
  if (created.error().kind == ErrorKind::stale) return lost_race();
  return created.error().wrap("create lease " + options_.name);
}

Result<LeaseState> LeaseLock::write(Json lease, bool acquire) {
  const Time now = clock_.now();
  Json& spec = lease["spec"];
  spec["holderIdentity"] = options_.holder;
  spec["leaseDurationSeconds"] = seconds(options_.duration);
  spec["renewTime"] = format_micro_time(now);
  if (acquire) {
    spec["acquireTime"] = spec["renewTime"];
    spec["leaseTransitions"] = int_at(lease, {"spec", "leaseTransitions"}) + 1;
  }
  const Result<Json> written = api_.replace(resource(true), lease, {});
  if (written) return taken(now);
  if (written.error().kind == ErrorKind::stale) return lost_race();
  return written.error().wrap("write lease " + options_.name);
}

// Counted from before the request was sent: the server cannot have seen it earlier.
LeaseState LeaseLock::taken(Time sent_at) {
  renewed_at_ = sent_at;
  return {true, options_.holder};
}

// Somebody else wrote between our read and our write.
LeaseState LeaseLock::lost_race() {
  return {false, ""};
}

Result<> LeaseLock::release() {
  renewed_at_.reset();
  const Result<Json> lease = api_.get(resource(true));
  if (!lease) return lease.error().kind == ErrorKind::not_found ? ok() : Result<>(lease.error().wrap("read lease " + options_.name));
  if (holder_of(*lease) != options_.holder) return ok();
  Json released = *lease;
  released["spec"]["holderIdentity"] = "";
  released["spec"]["leaseDurationSeconds"] = 1;
  released["spec"]["renewTime"] = format_micro_time(clock_.now());
  const Result<Json> written = api_.replace(resource(true), released, {});
  if (written || written.error().kind == ErrorKind::stale) return ok();
  return written.error().wrap("release lease " + options_.name);
}

bool LeaseLock::held() const {
  if (!renewed_at_) return false;
  const Duration age = clock_.now() - *renewed_at_;
  return age < options_.renew_deadline && age > -set_back_max;
}

}  // namespace refloat
