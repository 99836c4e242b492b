#include "sim/argo_appset.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "sim/api_server.h"
#include "sim/control_plane.h"
#include "sim/controller.h"
#include "sim/selectors.h"
#include "sim/stored_object.h"

namespace refloat::sim {

namespace {

// "{{.name}}" and "{{name}}" by the element's fields.
Json filled_in(const Json& value, const Json& element) {
  if (value.is_string()) {
    std::string text = value.get<std::string>();
    for (const auto& [key, field] : element.items()) {
      for (const std::string& hole : {"{{." + key + "}}", "{{" + key + "}}"}) {
        for (auto at = text.find(hole); at != std::string::npos; at = text.find(hole)) {
          text.replace(at, hole.size(), field.get<std::string>());
        }
      }
    }
    return text;
  }
  if (!value.is_structured()) {
    return value;
  }
  Json result = value;
  for (auto& part : result) {
    part = filled_in(part, element);
  }
  return result;
}

bool rolling(const Json& set) {
  return text_at(set, {"spec", "strategy", "type"}) == "RollingSync";
}

// As the set's next step counts it: health, sync and the last operation.
bool app_is_done(const Json& app) {
  const std::string phase = text_at(app, {"status", "operationState", "phase"});
  return text_at(app, {"status", "health", "status"}) == "Healthy" && text_at(app, {"status", "sync", "status"}) != "OutOfSync" &&
         (phase == "Succeeded" || phase.empty());
}

class ApplicationSets final : public Controller {
 public:
  explicit ApplicationSets(ControlPlane plane) : plane_(std::move(plane)) {}

  void step(Time now) override {
    for (const StoredObject& set : plane_.all("argoproj.io", "applicationsets")) {
      if (!is_deleting(set)) {
        reconcile(set, now);
      }
    }
  }

 private:
  // What an element of a set became, and the last update that was sent to keep it so.
  struct Kept {
    Json wanted;
    StoredObject live, update;
  };
  // What a generation of a set became, and the set and the Applications over which it had nothing more to do.
  struct Known {
    std::int64_t generation = -1;
    std::vector<Kept> elements;
    StoredObject set;
    std::vector<StoredObject> at_rest;
  };

  void reconcile(const StoredObject& set, Time now) {
    Known& known = known_of(set);
    std::vector<StoredObject> apps;
    std::set<std::string> names;
    for (Kept& element : known.elements) {
      names.insert(name_of(element.wanted));
      if (StoredObject app = keep(element); !app.is_null()) {
        apps.push_back(std::move(app));
      }
    }
    remove_others(set, names);
    const bool rests = known.set.same(set) &&
                       std::ranges::equal(apps, known.at_rest, [](const StoredObject& a, const StoredObject& b) { return a.same(b); });
    if (!rolling(set) || (rests && !apps.empty())) {
      return;
    }
    const std::size_t requests = plane_.requests();
    roll(set, apps, now);
    known.set = set;
    known.at_rest = plane_.requests() == requests && !waiting_ ? apps : std::vector<StoredObject>{};
  }

  Known& known_of(const StoredObject& set) {
    Known& known = known_[uid_of(set)];
    const std::int64_t generation = int_at(set, {"metadata", "generation"});
    if (known.generation == generation) {
      return known;
    }
    known = {generation, {}, {}, {}};
    for (const Json& generator : at_path(set, {"spec", "generators"})) {
      for (const Json& element : at_path(generator, {"list", "elements"})) {
        known.elements.push_back({generated(set, element), {}, {}});
      }
    }
    return known;
  }

  [[nodiscard]] Json generated(const Json& set, const Json& element) const {
    Json app = filled_in(at_path(set, {"spec", "template"}), element);
    app["apiVersion"] = "argoproj.io/v1alpha1";
    app["kind"] = "Application";
    app["metadata"]["namespace"] = ns_of(set);
    app["metadata"]["ownerReferences"] = Json::array({owner_reference(set)});
    if (!bool_at(set, {"spec", "syncPolicy", "preserveResourcesOnDeletion"})) {
      app["metadata"]["finalizers"] = {"resources-finalizer.argocd.argoproj.io"};
    }
    if (rolling(set) && app["spec"].contains("syncPolicy")) {
      app["spec"]["syncPolicy"].erase("automated");  // the set alone decides when its applications sync
    }
    return app;
  }

  // Creates the Application, or puts back what somebody changed: everything but status, operation and a few annotations of Argo CD.
  StoredObject keep(Kept& element) {
    const Json& wanted = element.wanted;
    StoredObject live = plane_.find_like(wanted);
    if (live.is_null()) {
      plane_.create(wanted);
      return plane_.find_like(wanted);
    }
    if (is_deleting(live)) {
      return {};
    }
    if (!element.live.same(live)) {
      element.update = StoredObject(put_back(wanted, live));
      element.live = live;
    }
    plane_.api().replace(plane_.user(), plane_.resource_of(live), element.update);
    return plane_.find_like(wanted);
  }

  static Json put_back(const Json& wanted, const Json& live) {
    Json next = live;
    next["spec"] = wanted["spec"];
    for (const char* field : {"labels", "finalizers", "ownerReferences"}) {
      next["metadata"][field] = at_path(wanted, {"metadata", field});
    }
    next["metadata"]["annotations"] = at_path(wanted, {"metadata", "annotations"});
    for (const char* kept : {"argocd.argoproj.io/refresh", "argocd.argoproj.io/hydrate", "notified.notifications.argoproj.io"}) {
      if (const Json& value = at_path(live, {"metadata", "annotations", kept}); !value.is_null()) {
        next["metadata"]["annotations"][kept] = value;
      }
    }
    return next;
  }

  void remove_others(const Json& set, const std::set<std::string>& names) {
    for (const Json& app : plane_.all("argoproj.io", "applications")) {
      if (owned_by(app, uid_of(set)) && !names.contains(name_of(app)) && !is_deleting(app)) {
        plane_.remove(app, "Background");
      }
    }
  }

  // The first step that selects the application by its labels; -1 = none.
  static int step_of(const Json& set, const Json& app) {
    const Json& steps = at_path(set, {"spec", "strategy", "rollingSync", "steps"});
    for (std::size_t i = 0; i < steps.size(); ++i) {
      if (selector_object_matches(steps[i], at_path(app, {"metadata", "labels"}))) {
        return static_cast<int>(i);
      }
    }
    return -1;
  }

  static const Json* row_of(const Json& rows, const std::string& app) {
    const auto it = std::find_if(rows.begin(), rows.end(), [&](const Json& r) { return view_at(r, {"application"}) == app; });
    return it == rows.end() ? nullptr : &*it;
  }

  static void move_to(Json& row, const char* status, const char* message, Time now) {
    row["status"] = status;
    row["message"] = message;
    row["lastTransitionTime"] = format_time(now);
  }

  static Json row_for(const Json& old_rows, const Json& set, const Json& app, Time now) {
    const Json* old = row_of(old_rows, name_of(app));
    Json row = old != nullptr ? *old : Json{{"application", name_of(app)}, {"targetRevisions", Json::array()}};
    const int step = step_of(set, app);
    row["step"] = step < 0 ? "-1" : std::to_string(step + 1);
    if (old == nullptr) {
      move_to(row, "Waiting", "No Application status found, defaulting status to Waiting.", now);
    }
    return row;
  }

  // Waiting -> Pending -> Progressing -> Healthy, as far as the application itself decides.
  static void follow(Json& row, const Json& app, Time now) {
    const std::string phase = text_at(app, {"status", "operationState", "phase"});
    const bool outdated = text_at(app, {"status", "sync", "status"}) == "OutOfSync";
    const std::string revision = text_at(app, {"status", "sync", "revision"});
    const Json revisions = revision.empty() ? Json::array() : Json::array({revision});
    const std::string status = row.value("status", "");
    // The real one goes round Waiting, Pending and Progressing with every look while the operation runs; where it stands when that ends
    // makes no difference.
    const bool pending_changes = outdated && status != "Waiting" && status != "Pending" && !(status == "Progressing" && phase == "Running");
    if (row["targetRevisions"] != revisions || pending_changes) {
      row["targetRevisions"] = revisions;
      if (row.value("status", "") != "Waiting") {
        move_to(row, "Waiting", "Application has pending changes, setting status to Waiting.", now);
      }
    }
    const bool moves = phase == "Running" || text_at(app, {"status", "health", "status"}) == "Progressing";
    if (row["status"] == "Pending" && ((!outdated && phase == "Succeeded") || moves)) {
      move_to(row, "Progressing", "Application resource became Progressing, updating status from Pending to Progressing.", now);
    }
    if (row["status"] == "Waiting" && app_is_done(app)) {
      move_to(row, "Healthy", "Application resource is already Healthy, updating status from Waiting to Healthy.", now);
    }
    if (row["status"] == "Progressing" && app_is_done(app)) {
      move_to(row, "Healthy", "Application resource became Healthy, updating status from Progressing to Healthy.", now);
    }
  }

  void roll(const Json& set, const std::vector<StoredObject>& apps, Time now) {
    const Json& old_rows = at_path(set, {"status", "applicationStatus"});
    Json rows = Json::array();
    for (const Json& app : apps) {
      rows.push_back(row_for(old_rows, set, app, now));
      follow(rows.back(), app, now);
    }
    const std::size_t enabled = enabled_step(set, apps, rows);
    waiting_ = false;
    for (std::size_t i = 0; i < apps.size(); ++i) {
      const int step = step_of(set, apps[i]);
      if (step >= 0 && static_cast<std::size_t>(step) <= enabled) {
        release(rows[i], apps[i], now);
      }
    }
    report(set, rows, enabled, now);
  }

  void release(Json& row, const Json& app, Time now) {
    if (row["status"] == "Waiting") {
      move_to(row, "Pending", "Application moved to Pending status, watching for the Application resource to start Progressing.", now);
    } else if (row["status"] == "Pending" && text_at(app, {"status", "sync", "status"}) == "OutOfSync") {
      start_sync(app);
    }
  }

  // A step is enabled when every application of the steps before is Healthy.
  static std::size_t enabled_step(const Json& set, const std::vector<StoredObject>& apps, const Json& rows) {
    const std::size_t steps = at_path(set, {"spec", "strategy", "rollingSync", "steps"}).size();
    for (std::size_t step = 0; step < steps; ++step) {
      for (std::size_t i = 0; i < apps.size(); ++i) {
        if (step_of(set, apps[i]) == static_cast<int>(step) && (rows[i]["status"] != "Healthy" || !app_is_done(apps[i]))) {
          return step;
        }
      }
    }
    return steps;
  }

  // Merge patch without resourceVersion, options and retry of the template's policy, prune if automated pruning is on there.
  void start_sync(const Json& app) {
    waiting_ = true;
    const StoredObject fresh = plane_.find_like(app);
    if (fresh.is_null() || at_path(fresh, {"operation"}).is_object()) {
      return;
    }
    Json operation{{"initiatedBy", {{"username", "applicationset-controller"}, {"automated", true}}},
                   {"info", {{{"name", "Reason"}, {"value", "ApplicationSet RollingSync triggered a sync of this Application resource"}}}},
                   {"sync", {{"prune", true}}},
                   {"retry", {{"limit", 5}}}};
    const Json& policy = at_path(app, {"spec", "syncPolicy"});
    if (policy.is_object() && policy.contains("retry")) {
      operation["retry"] = policy["retry"];
    }
    if (policy.is_object() && policy.contains("syncOptions")) {
      operation["sync"]["syncOptions"] = policy["syncOptions"];
    }
    plane_.patch(app, {{"operation", operation}});
  }

  void report(const Json& set, const Json& rows, std::size_t enabled, Time now) {
    const std::size_t steps = at_path(set, {"spec", "strategy", "rollingSync", "steps"}).size();
    Json status = at_path(set, {"status"}).is_object() ? at_path(set, {"status"}) : Json::object();
    status["applicationStatus"] = rows;
    const bool rolls = enabled < steps;
    set_condition(
        status, "RolloutProgressing", rolls, rolls ? "ApplicationSetModified" : "ApplicationSetRolloutComplete",
        rolls ? "ApplicationSet is performing rollout of step " + std::to_string(enabled + 1) : "ApplicationSet Rollout has completed",
        now);
    plane_.set_status(set, status);
  }

  ControlPlane plane_;
  std::map<std::string, Known> known_;  // by uid
  bool waiting_ = false;                // a sync that the last roll wanted may not have begun
};

}  // namespace

std::unique_ptr<Controller> make_applicationset_controller(ControlPlane plane) {
  return std::make_unique<ApplicationSets>(std::move(plane));
}

}  // namespace refloat::sim
