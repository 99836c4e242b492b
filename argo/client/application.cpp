#include "argo/client/application.h"

#include <initializer_list>
#include <map>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "model/application.h"
#include "model/application_set.h"
#include "model/project.h"

namespace refloat {

namespace {

// An empty one where there is none, or something else.
const Json& array_at(const Json& object, std::initializer_list<const char*> path) {
  static const Json none = Json::array();
  const Json& found = at_path(object, path);
  return found.is_array() ? found : none;
}

std::vector<std::string> texts(const Json& list) {
  std::vector<std::string> out;
  if (!list.is_array()) return out;
  for (const Json& item : list) {
    if (item.is_string()) out.push_back(item.get<std::string>());
  }
  return out;
}

std::map<std::string, std::string> text_map(const Json& object) {
  std::map<std::string, std::string> out;
  if (!object.is_object()) return out;
  for (const auto& [key, value] : object.items()) {
    if (value.is_string()) out[key] = value.get<std::string>();
  }
  return out;
}

// operation.info: [{name, value}].
std::map<std::string, std::string> info_of(const Json& operation) {
  std::map<std::string, std::string> out;
  const Json& list = at_path(operation, {"info"});
  if (!list.is_array()) return out;
  for (const Json& item : list) out[text_at(item, {"name"})] = text_at(item, {"value"});
  return out;
}

RetryStrategy parse_retry(const Json& object) {
  RetryStrategy retry;
  if (!object.is_object()) return retry;
  retry.present = true;
  retry.limit = static_cast<int>(int_at(object, {"limit"}));
  retry.duration = text_at(object, {"backoff", "duration"}, retry.duration);
  retry.factor = static_cast<int>(int_at(object, {"backoff", "factor"}, retry.factor));
  retry.max_duration = text_at(object, {"backoff", "maxDuration"}, retry.max_duration);
  return retry;
}

std::vector<SyncedResource> parse_synced(const Json& list) {
  std::vector<SyncedResource> out;
  if (!list.is_array()) return out;
  for (const Json& r : list) {
    out.push_back({text_at(r, {"group"}), text_at(r, {"kind"}), text_at(r, {"namespace"}), text_at(r, {"name"}), text_at(r, {"status"}),
                   text_at(r, {"message"}), text_at(r, {"hookType"}), text_at(r, {"hookPhase"}), text_at(r, {"syncPhase"})});
  }
  return out;
}

OperationState parse_state(const Json& state) {
  OperationState out;
  const Json& operation = at_path(state, {"operation"});
  out.phase = text_at(state, {"phase"});
  out.message = text_at(state, {"message"});
  out.started_at = parse_time(text_at(state, {"startedAt"}));
  out.finished_at = parse_time(text_at(state, {"finishedAt"}));
  out.retry_count = static_cast<int>(int_at(state, {"retryCount"}));
  out.retry = parse_retry(at_path(operation, {"retry"}));
  const Json& only = at_path(operation, {"sync", "resources"});
  out.partial = only.is_array() && !only.empty();
  out.initiated_by = text_at(operation, {"initiatedBy", "username"});
  out.automated = bool_at(operation, {"initiatedBy", "automated"});
  out.info = info_of(operation);
  out.revision = text_at(state, {"syncResult", "revision"}, text_at(operation, {"sync", "revision"}));
  out.resources = parse_synced(at_path(state, {"syncResult", "resources"}));
  return out;
}

void parse_source(const Json& spec, Application& app) {
  const Json& sources = at_path(spec, {"sources"});
  app.multi_source = sources.is_array() && !sources.empty();
  const Json& source = app.multi_source ? sources.front() : at_path(spec, {"source"});
  app.repo_url = text_at(source, {"repoURL"});
  app.path = text_at(source, {"path"}, text_at(source, {"chart"}));
  app.target_revision = text_at(source, {"targetRevision"});
}

void parse_metadata(const Json& object, Application& app) {
  const Json& metadata = at_path(object, {"metadata"});
  app.ref = {"Application", text_at(metadata, {"namespace"}), text_at(metadata, {"name"}), text_at(metadata, {"uid"})};
  app.resource_version = text_at(metadata, {"resourceVersion"});
  app.created_at = parse_time(text_at(metadata, {"creationTimestamp"}));
  app.deletion_at = parse_time(text_at(metadata, {"deletionTimestamp"}));
  app.labels = text_map(at_path(metadata, {"labels"}));
  app.skip_reconcile = text_at(metadata, {"annotations", "argocd.argoproj.io/skip-reconcile"}) == "true";
  app.refresh = text_at(metadata, {"annotations", "argocd.argoproj.io/refresh"});
  const Json& owners = at_path(metadata, {"ownerReferences"});
  if (!owners.is_array()) return;
  for (const Json& owner : owners) {
    if (text_at(owner, {"kind"}) == "ApplicationSet") app.owner_set = text_at(owner, {"name"});
  }
}

void parse_spec(const Json& spec, Application& app) {
  app.project = text_at(spec, {"project"});
  app.destination_namespace = text_at(spec, {"destination", "namespace"});
  app.destination_server = text_at(spec, {"destination", "server"});
  if (app.destination_server.empty()) app.destination_server = "name:" + text_at(spec, {"destination", "name"});
  const Json& automated = at_path(spec, {"syncPolicy", "automated"});
  app.automated = automated.is_object() && bool_at(automated, {"enabled"}, true);
  app.self_heal = app.automated && bool_at(automated, {"selfHeal"});
  app.sync_options = texts(at_path(spec, {"syncPolicy", "syncOptions"}));
  app.retry = parse_retry(at_path(spec, {"syncPolicy", "retry"}));
  parse_source(spec, app);
}

std::vector<AppCondition> parse_conditions(const Json& list) {
  std::vector<AppCondition> out;
  if (!list.is_array()) return out;
  for (const Json& c : list) out.push_back({text_at(c, {"type"}), text_at(c, {"message"}), parse_time(text_at(c, {"lastTransitionTime"}))});
  return out;
}

std::vector<OwnedResource> parse_owned(const Json& list) {
  std::vector<OwnedResource> out;
  if (!list.is_array()) return out;
  for (const Json& r : list) {
    out.push_back({text_at(r, {"group"}), text_at(r, {"kind"}), text_at(r, {"namespace"}), text_at(r, {"name"}), text_at(r, {"status"}),
                   bool_at(r, {"hook"})});
  }
  return out;
}

void parse_status(const Json& status, Application& app) {
  const Json& state = at_path(status, {"operationState"});
  if (state.is_object()) app.operation = parse_state(state);
  app.sync_status = text_at(status, {"sync", "status"});
  app.sync_revision = text_at(status, {"sync", "revision"});
  app.sync_revisions = texts(at_path(status, {"sync", "revisions"}));
  app.health = text_at(status, {"health", "status"});
  app.conditions = parse_conditions(at_path(status, {"conditions"}));
  app.resources = parse_owned(at_path(status, {"resources"}));
  app.controller_namespace = text_at(status, {"controllerNamespace"});
  app.reconciled_at = parse_time(text_at(status, {"reconciledAt"}));
}

}  // namespace

Application parse_application(const Json& object) {
  Application app;
  parse_metadata(object, app);
  parse_spec(at_path(object, {"spec"}), app);
  const Json& operation = at_path(object, {"operation"});
  app.has_operation = operation.is_object();
  app.pending_info = info_of(operation);
  app.pending_by = text_at(operation, {"initiatedBy", "username"});
  parse_status(at_path(object, {"status"}), app);
  return app;
}

AppProject parse_project(const Json& object) {
  AppProject project{.name = text_at(object, {"metadata", "name"}), .ns = text_at(object, {"metadata", "namespace"})};
  project.only_own_clusters = bool_at(object, {"spec", "permitOnlyProjectScopedClusters"});
  project.source_namespaces = texts(at_path(object, {"spec", "sourceNamespaces"}));
  for (const Json& d : array_at(object, {"spec", "destinations"})) {
    project.destinations.push_back({text_at(d, {"server"}), text_at(d, {"name"}), text_at(d, {"namespace"})});
  }
  for (const Json& w : array_at(object, {"spec", "syncWindows"})) {
    project.windows.push_back({text_at(w, {"kind"}), text_at(w, {"schedule"}), text_at(w, {"duration"}), text_at(w, {"timeZone"}),
                               bool_at(w, {"manualSync"}), bool_at(w, {"andOperator"}), texts(at_path(w, {"applications"})),
                               texts(at_path(w, {"namespaces"})), texts(at_path(w, {"clusters"}))});
  }
  return project;
}

ApplicationSet parse_application_set(const Json& object) {
  ApplicationSet set;
  set.ref = {"ApplicationSet", text_at(object, {"metadata", "namespace"}), text_at(object, {"metadata", "name"}),
             text_at(object, {"metadata", "uid"})};
  set.resource_version = text_at(object, {"metadata", "resourceVersion"});
  set.deletion_at = parse_time(text_at(object, {"metadata", "deletionTimestamp"}));
  set.strategy = text_at(object, {"spec", "strategy", "type"});
  if (const Json& steps = at_path(object, {"spec", "strategy", "rollingSync", "steps"}); steps.is_array())
    set.steps = static_cast<int>(steps.size());
  const Json& rows = at_path(object, {"status", "applicationStatus"});
  if (!rows.is_array()) return set;
  for (const Json& row : rows) {
    set.applications.push_back({text_at(row, {"application"}), text_at(row, {"status"}), text_at(row, {"step"}),
                                printable(text_at(row, {"message"})), parse_time(text_at(row, {"lastTransitionTime"}))});
  }
  return set;
}

}  // namespace refloat
