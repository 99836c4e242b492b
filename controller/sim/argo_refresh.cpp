#include "sim/argo_refresh.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>

#include "base/json.h"
#include "base/time.h"
#include "sim/api_server.h"
#include "sim/argo_compare.h"
#include "sim/argo_settings.h"
#include "sim/control_plane.h"
#include "sim/stored_object.h"
#include "sim/sync_windows.h"

namespace refloat::sim {

namespace {

constexpr const char* refresh_annotation = "argocd.argoproj.io/refresh";
constexpr std::chrono::seconds heal_first{2};
constexpr std::chrono::seconds heal_max{300};
constexpr std::chrono::seconds heal_reset{330};

std::string refresh_asked(const Json& app) {
  return text_at(app, {"metadata", "annotations", refresh_annotation});
}

// Replaces the condition of this type, or removes it when there is nothing to say.
void put_condition(Json& status, const std::string& type, const std::string& message, Time now) {
  Json kept = Json::array();
  std::string since = format_time(now);
  for (const Json& condition : at_path(status, {"conditions"})) {
    if (text_at(condition, {"type"}) != type) {
      kept.push_back(condition);
    } else if (text_at(condition, {"message"}) == message) {
      since = text_at(condition, {"lastTransitionTime"}, since);
    }
  }
  if (!message.empty()) {
    kept.push_back({{"type", type}, {"message", message}, {"lastTransitionTime", since}});
  }
  status.erase("conditions");
  if (!kept.empty()) {
    status["conditions"] = kept;
  }
}

bool automated(const Json& app) {
  const Json& policy = at_path(app, {"spec", "syncPolicy", "automated"});
  return policy.is_object() && bool_at(policy, {"enabled"}, true);
}

bool already_attempted(const Json& app, const std::string& revision) {
  const Json& result = at_path(app, {"status", "operationState", "syncResult"});
  return result.is_object() && text_at(result, {"revision"}) == revision && at_path(result, {"source"}) == at_path(app, {"spec", "source"});
}

}  // namespace

Json merge_difference(const Json& before, const Json& after) {
  Json patch = Json::object();
  for (const auto& [key, value] : after.items()) {
    const Json& old = at_path(before, {key.c_str()});
    if (old == value) {
      continue;
    }
    patch[key] = old.is_object() && value.is_object() ? merge_difference(old, value) : value;
  }
  if (before.is_object()) {
    for (const auto& [key, value] : before.items()) {
      if (!after.contains(key)) {
        patch[key] = nullptr;
      }
    }
  }
  return patch;
}

std::string AppRefresher::commit_for(const Json& app, bool fresh, Time now) {
  const std::string target = text_at(app, {"spec", "source", "repoURL"}) + "@" + text_at(app, {"spec", "source", "targetRevision"});
  Resolved& known = resolved_[uid_of(app)];
  if (fresh || known.target != target || now >= known.at + settings_->resync) {
    known = {target, git_->resolve(text_at(app, {"spec", "source", "repoURL"}), text_at(app, {"spec", "source", "targetRevision"})), now};
    plane_->wake_at(now + settings_->resync);
  }
  return known.commit;
}

void AppRefresher::process(const std::string& ns, const std::string& name, Time now) {
  const StoredObject app = plane_->find("argoproj.io", "applications", ns, name);
  if (app.is_null() || text_at(app, {"metadata", "annotations", "argocd.argoproj.io/skip-reconcile"}) == "true") {
    return;
  }
  const auto running = running_.find(uid_of(app));
  if (running == running_.end()) {
    begin(app, now);
    return;
  }
  if (now < running->second.due) {
    plane_->wake_at(running->second.due);
    return;
  }
  const Running refresh = std::move(running->second);
  running_.erase(running);
  save(refresh, now);
}

bool AppRefresher::idle(const StoredObject& app, const std::string& commit) const {
  const auto known = idle_.find(uid_of(app));
  return known != idle_.end() && known->second.app.same(app) && known->second.commit == commit && known->second.git == git_->version() &&
         known->second.newest == newest_change(*plane_, known->second.looked_at);
}

bool AppRefresher::begin(const StoredObject& app, Time now) {
  const bool asked = !refresh_asked(app).empty();
  const std::string commit = commit_for(app, asked, now);
  if (idle(app, commit)) {
    return false;
  }
  Running refresh{app, compare_app(*plane_, *git_, app, commit), now + settings_->refresh_takes};
  const Json next = new_status(refresh, now);
  Json before = at_path(app, {"status"});
  Json after = next;
  for (Json* status : {&before, &after}) {
    if (status->is_object()) {
      status->erase("reconciledAt");
    }
  }
  const bool wants_sync = automated(app) && refresh.found.sync_status == "OutOfSync" && !at_path(app, {"operation"}).is_object();
  const bool heals =
      wants_sync && (!already_attempted(app, refresh.found.revision) || text_at(app, {"status", "operationState", "phase"}) == "Succeeded");
  if (!asked && before == after && !heals) {
    const std::int64_t newest = newest_change(*plane_, refresh.found.looked_at);
    idle_[uid_of(app)] = {app, commit, git_->version(), std::move(refresh.found.looked_at), newest};
    return false;
  }
  plane_->wake_at(refresh.due);
  running_[uid_of(app)] = std::move(refresh);
  return true;
}

Json AppRefresher::new_status(const Running& refresh, Time now) const {
  Json status = at_path(refresh.seen, {"status"}).is_object() ? at_path(refresh.seen, {"status"}) : Json::object();
  const AppComparison& found = refresh.found;
  status["sync"]["status"] = found.sync_status;
  status["sync"]["comparedTo"] = {{"source", at_path(refresh.seen, {"spec", "source"})},
                                  {"destination", at_path(refresh.seen, {"spec", "destination"})}};
  put_condition(status, "ComparisonError", found.error, now);
  put_condition(status, "SyncError", autosync_refusal(refresh.seen, found), now);
  if (found.error.empty()) {
    status["sync"]["revision"] = found.revision;
    status["resources"] = found.resource_list();
    if (text_at(status, {"health", "status"}) != found.health) {
      status["health"] = {{"status", found.health}, {"lastTransitionTime", format_time(now)}};
    }
  }
  status["controllerNamespace"] = ns_of(refresh.seen);
  status["resourceHealthSource"] = "appTree";
  status["sourceType"] = "Directory";
  status["reconciledAt"] = format_time(now);
  return status;
}

// One merge patch from the copy that was read to what was found: it removes the refresh annotation, and with it everything else that was
// not there when the only annotation goes.
void AppRefresher::save(const Running& refresh, Time now) {
  const StoredObject fresh = plane_->find_like(refresh.seen);
  if (fresh.is_null() || uid_of(fresh) != uid_of(refresh.seen)) {
    return;
  }
  Json next = refresh.seen;
  next["status"] = new_status(refresh, now);
  autosync(fresh, refresh.found, now);
  if (next["metadata"].contains("annotations")) {
    next["metadata"]["annotations"].erase(refresh_annotation);
    if (next["metadata"]["annotations"].empty()) {
      next["metadata"].erase("annotations");
    }
  }
  Json patch = merge_difference(refresh.seen, next);
  if (!patch.empty()) {
    plane_->patch(fresh, std::move(patch));
  }
}

// Why autosync gives up, for the SyncError condition: a revision whose sync failed is not tried again.
std::string AppRefresher::autosync_refusal(const Json& app, const AppComparison& found) {
  const bool idle = !at_path(app, {"operation"}).is_object() && !is_deleting(app);
  const bool failed = text_at(app, {"status", "operationState", "phase"}) != "Succeeded";
  if (!automated(app) || !idle || found.sync_status != "OutOfSync" || !already_attempted(app, found.revision) || !failed) {
    return "";
  }
  return "Failed last sync attempt to [" + found.revision + "]: " + text_at(app, {"status", "operationState", "message"});
}

// Starts an operation when the policy says so.
void AppRefresher::autosync(const Json& app, const AppComparison& found, Time now) {
  const bool idle = !at_path(app, {"operation"}).is_object() && !is_deleting(app);
  if (!automated(app) || !idle || found.sync_status != "OutOfSync" || !autosync_refusal(app, found).empty()) {
    return;
  }
  const bool prune = bool_at(app, {"spec", "syncPolicy", "automated", "prune"});
  const bool only_pruning = std::ranges::all_of(found.resources, [](const ComparedResource& r) { return r.synced || r.target.is_null(); });
  const StoredObject project = plane_->find("argoproj.io", "appprojects", ns_of(app), text_at(app, {"spec", "project"}));
  if ((only_pruning && !prune) || !windows_allow_sync(project, app, false, now)) {
    return;
  }
  Json operation{
      {"initiatedBy", {{"automated", true}}}, {"sync", {{"revision", found.revision}, {"prune", prune}}}, {"retry", {{"limit", 5}}}};
  if (at_path(app, {"spec", "syncPolicy"}).contains("retry")) {
    operation["retry"] = app["spec"]["syncPolicy"]["retry"];
  }
  if (at_path(app, {"spec", "syncPolicy"}).contains("syncOptions")) {
    operation["sync"]["syncOptions"] = app["spec"]["syncPolicy"]["syncOptions"];
  }
  if (already_attempted(app, found.revision)) {
    if (!bool_at(app, {"spec", "syncPolicy", "automated", "selfHeal"}) || !self_heal(app, found, operation, now)) {
      return;
    }
  }
  Json next = app;
  next["operation"] = operation;
  if (next["status"].contains("operationState")) {
    next["status"].erase("operationState");
  }
  plane_->api().replace(plane_->user(), plane_->resource_of(app), std::move(next));
}

// Self-heal touches only what is out of sync, so it never runs hooks; it waits longer each time.
bool AppRefresher::self_heal(const Json& app, const AppComparison& found, Json& operation, Time now) {
  Healing& healing = healing_[uid_of(app)];
  if (now > healing.last + heal_reset) {
    healing.attempts = 0;
  }
  const auto wait = healing.attempts == 0 ? std::chrono::seconds(0)
                                          : std::min<std::chrono::seconds>(
                                                heal_max, heal_first * static_cast<int>(std::pow(3, std::min(healing.attempts - 1, 5))));
  if (now < healing.last + wait) {
    plane_->wake_at(healing.last + wait);
    return false;
  }
  ++healing.attempts;
  healing.last = now;
  operation["sync"]["autoHealAttemptsCount"] = healing.attempts;
  for (const ComparedResource& resource : found.resources) {
    const Json& object = resource.object();
    if (!resource.synced || resource.hook) {  // a live hook has no sync status, which counts as out of sync
      operation["sync"]["resources"].push_back(
          {{"group", group_of(object)}, {"kind", text_at(object, {"kind"})}, {"namespace", ns_of(object)}, {"name", name_of(object)}});
    }
  }
  return true;
}

}  // namespace refloat::sim
