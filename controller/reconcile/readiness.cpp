#include "reconcile/readiness.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/time.h"
#include "watch/health.h"

namespace refloat {
namespace {

bool is_shut_out(const WatchReport& report) {
  return report.health.phase == WatchPhase::denied || report.health.phase == WatchPhase::absent;
}

// What no look of every Stack needs is no reason to call a replica unfit; nor is another cluster that is down.
bool is_waited_for(const WatchReport& report) {
  return !report.optional && report.cluster.empty() && !is_shut_out(report);
}

// Without these nothing is known of any Stack; other kinds may be missing, and what they would say is then unexamined. Without Playbooks
// there are the built-in ones.
bool is_essential(const WatchReport& report) {
  if (report.resource == "playbooks.refloat.dev") return false;
  return report.resource.find("refloat.dev") != std::string::npos || report.resource.starts_with("applications.");
}

std::string shut_out(const std::vector<WatchReport>& watches) {
  const auto found = std::find_if(watches.begin(), watches.end(), [](const WatchReport& w) { return is_shut_out(w) && is_essential(w); });
  if (found == watches.end()) return {};
  return found->resource + (found->health.phase == WatchPhase::absent ? " is not installed" : " may not be watched");
}

std::string lost(const std::vector<WatchReport>& watches, Duration lag_max) {
  const auto found =
      std::find_if(watches.begin(), watches.end(), [&](const WatchReport& w) { return is_waited_for(w) && w.health.lag > lag_max; });
  return found == watches.end() ? "" : found->resource + " was heard of last " + format_duration(found->health.lag) + " ago";
}

}  // namespace

std::string not_listed(const std::vector<WatchReport>& watches) {
  const auto found =
      std::find_if(watches.begin(), watches.end(), [](const WatchReport& w) { return is_waited_for(w) && !w.health.synced; });
  return found == watches.end() ? "" : found->resource + " is not listed yet";
}

std::string why_not_ready(const ReadinessView& view, const ReadinessLimits& limits) {
  if (view.stopping) return "stopping";
  if (!view.started) return "starting";
  for (const std::string& why : {shut_out(view.watches), not_listed(view.watches), lost(view.watches, limits.watch_lag)}) {
    if (!why.empty()) return why;
  }
  if (view.since_lease > limits.lease) return "no answer about the Lease for " + format_duration(view.since_lease);
  return {};
}

}  // namespace refloat
