#include "model/application.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/place.h"

namespace refloat {

std::optional<Time> retry_due(const Application& app) {
  if (!app.has_operation || !app.operation || app.operation->phase != "Running" || !app.operation->finished_at) return std::nullopt;
  const RetryStrategy& retry = app.operation->retry;
  const Duration base = parse_duration(retry.duration).value_or(std::chrono::seconds(5));
  const Duration cap = parse_duration(retry.max_duration).value_or(std::chrono::minutes(3));
  const double factor = retry.factor > 0 ? retry.factor : 2;
  const double grown = static_cast<double>(base.count()) * std::pow(factor, std::clamp(app.operation->retry_count, 0, 40));
  return *app.operation->finished_at + Duration(std::llround(std::min(grown, static_cast<double>(cap.count()))));
}

bool operation_runs(const Application& app) {
  if (!app.has_operation) return false;
  if (!app.operation || app.operation->completed()) return true;  // requested; Argo CD has not picked it up yet
  return !retry_due(app);
}

bool operation_in_limbo(const Application& app) {
  return !app.has_operation && app.operation && !app.operation->completed() && !app.operation->phase.empty();
}

bool tracks(const std::string& tracking_app, const std::string& ns, const Application& app) {
  if (tracking_app.empty() || app.elsewhere || place_of(ns).cluster != app.cluster) return false;
  const bool at_home = argo_namespace_of(app) == app.ref.ns;
  return (at_home && tracking_app == app.ref.name) || tracking_app == app.ref.ns + "_" + app.ref.name;
}

const std::string& argo_namespace_of(const Application& app) {
  return app.controller_namespace.empty() ? app.ref.ns : app.controller_namespace;
}

std::string project_name_of(const Application& app) {
  return app.project.empty() ? "default" : app.project;
}

std::vector<std::string> revisions_of(const Application& app) {
  if (app.multi_source) return app.sync_revisions;
  return app.sync_revision.empty() ? std::vector<std::string>{} : std::vector<std::string>{app.sync_revision};
}

}  // namespace refloat
