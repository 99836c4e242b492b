#include "reconcile/settling.h"

#include <chrono>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/time.h"
#include "model/finding.h"
#include "reconcile/reconcile.h"

namespace refloat {
namespace {

constexpr Duration told_after = std::chrono::seconds(2);

// The same words at every look, so that they need not be said again.
std::string reason_to_wait(const std::vector<Pending>& pending, Time end) {
  const Pending& first = pending.front();
  const std::string more = pending.size() == 1 ? "" : " and " + std::to_string(pending.size() - 1) + " more";
  return first.signature + " on " + first.subject.display() + more + ": too young to judge, looking again until " + format_clock(end) +
         " at the latest";
}

}  // namespace

bool Settling::wait(const std::vector<Pending>& pending, Time again) {
  if (again > end_ || interrupted()) return false;
  if (ports_.waits && again - started_at_ > told_after) ports_.waits(ports_.clock.now(), reason_to_wait(pending, end_));
  ports_.clock.wait_until(again);
  return true;
}

}  // namespace refloat
