#include "argo/client/sync_window.h"

#include <date/tz.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "argo/client/cron.h"
#include "base/text.h"
#include "base/time.h"
#include "model/application.h"
#include "model/place.h"
#include "model/project.h"

namespace refloat {

namespace {

bool any_glob(const std::vector<std::string>& globs, const std::string& text) {
  return !text.empty() && std::any_of(globs.begin(), globs.end(), [&](const std::string& g) { return glob_match(g, text); });
}

bool matches_cluster(const SyncWindow& window, const Application& app) {
  const std::string& server = app.destination_server;
  return any_glob(window.clusters, server.starts_with("name:") ? server.substr(5) : server);
}

// Argo CD: any list that matches is enough; with useAndOperator every list that is given must match.
bool applies_to(const SyncWindow& window, const Application& app) {
  const bool by_app = any_glob(window.applications, app.ref.name);
  const bool by_cluster = matches_cluster(window, app);
  const bool by_namespace = any_glob(window.namespaces, place_of(app.destination_namespace).ns);
  if (!window.and_operator) return by_app || by_cluster || by_namespace;
  const bool given = !window.applications.empty() || !window.clusters.empty() || !window.namespaces.empty();
  return given && (window.applications.empty() || by_app) && (window.clusters.empty() || by_cluster) &&
         (window.namespaces.empty() || by_namespace);
}

// Offset of a zone from UTC; Argo CD falls back to UTC for a zone it does not know.
Duration zone_offset(const std::string& zone, Time now) {
  if (zone.empty() || zone == "UTC") return Duration(0);
  try {
    const auto info = date::locate_zone(zone)->get_info(std::chrono::floor<std::chrono::seconds>(now));
    return std::chrono::duration_cast<Duration>(info.offset);
  } catch (const std::exception&) {
    return Duration(0);
  }
}

// Whether the window is active now; nothing when its schedule or duration cannot be read.
std::optional<bool> active(const SyncWindow& window, Time now) {
  const auto cron = Cron::parse(window.schedule);
  const auto duration = parse_duration(window.duration);
  if (!cron || !duration) return std::nullopt;
  const Time local = now + zone_offset(window.time_zone, now);
  const auto start = cron->next(local - *duration);
  return start && *start < local;
}

std::string name_of(const SyncWindow& window) {
  return window.kind + " window \"" + window.schedule + "\" for " + window.duration +
         (window.time_zone.empty() ? std::string() : " (" + window.time_zone + ")");
}

bool all_manual(const std::vector<const SyncWindow*>& windows) {
  return std::all_of(windows.begin(), windows.end(), [](const SyncWindow* w) { return w->manual_sync; });
}

WindowVerdict closed_unless_manual(const std::vector<const SyncWindow*>& windows, bool manual, const std::string& state) {
  if (manual && all_manual(windows)) return {true, name_of(*windows.front()) + " lets manual syncs through"};
  return {false, name_of(*windows.front()) + " " + state};
}

// The windows that apply to an Application, by what they say now.
struct Windows {
  std::vector<const SyncWindow*> denying, allowing, inactive_allows;
  const SyncWindow* unreadable = nullptr;
};

Windows windows_for(const AppProject& project, const Application& app, Time now) {
  Windows out;
  for (const SyncWindow& window : project.windows) {
    if (!applies_to(window, app)) continue;
    const auto is_active = active(window, now);
    if (!is_active) out.unreadable = &window;
    const bool open = is_active.value_or(false);
    if (window.kind == "allow") (open ? out.allowing : out.inactive_allows).push_back(&window);
    if (window.kind == "deny" && open) out.denying.push_back(&window);
  }
  return out;
}

}  // namespace

WindowVerdict sync_allowed(const AppProject& project, const Application& app, bool manual, Time now) {
  const Windows windows = windows_for(project, app, now);
  if (windows.unreadable != nullptr) return {false, "cannot read " + name_of(*windows.unreadable) + " of project " + project.name};
  if (!windows.denying.empty()) return closed_unless_manual(windows.denying, manual, "is active");
  if (!windows.allowing.empty() || windows.inactive_allows.empty()) return {true, ""};
  return closed_unless_manual(windows.inactive_allows, manual, "is not open now");
}

}  // namespace refloat
