#include "cache/read_argo.h"

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/text.h"
#include "cache/json_fields.h"
#include "cache/object_reader.h"
#include "model/application.h"
#include "model/application_set.h"
#include "model/project.h"

namespace refloat {
namespace {

using namespace fields;

// --- operations --------------------------------------------------------------------------------------------------------------------

constexpr Table<RetryStrategy, 3> backoff_fields{{
    {"duration", [](Value v, RetryStrategy& r) { read_text(v, r.duration); }},
    {"factor", [](Value v, RetryStrategy& r) { read_count(v, r.factor); }},
    {"maxDuration", [](Value v, RetryStrategy& r) { read_text(v, r.max_duration); }},
}};
constexpr Table<RetryStrategy, 2> retry_fields{{
    {"limit", [](Value v, RetryStrategy& r) { read_count(v, r.limit); }},
    {"backoff", [](Value v, RetryStrategy& r) { read_object(v, r, backoff_fields); }},
}};

void read_retry(Value value, RetryStrategy& into) {
  into.present = is(value, Type::object);
  read_object(value, into, retry_fields);
}

struct Info {
  std::string name, value;
};
constexpr Table<Info, 2> info_fields{{
    {"name", [](Value v, Info& i) { read_text(v, i.name); }},
    {"value", [](Value v, Info& i) { read_text(v, i.value); }},
}};

// An operation: the requested one (.operation) or the one that runs (.status.operationState.operation).
struct Operation {
  bool present = false;
  std::map<std::string, std::string> info;
  std::string initiated_by;
  bool automated = false;
  RetryStrategy retry;
  bool partial = false;
  std::string revision;
};
constexpr Table<Operation, 2> initiator_fields{{
    {"username", [](Value v, Operation& o) { read_text(v, o.initiated_by); }},
    {"automated", [](Value v, Operation& o) { read_flag(v, o.automated); }},
}};
constexpr Table<Operation, 2> sync_fields{{
    {"resources", [](Value v, Operation& o) { each_item(v, [&](Value) { o.partial = true; }); }},
    {"revision", [](Value v, Operation& o) { read_text(v, o.revision); }},
}};

void read_info(Value value, std::map<std::string, std::string>& into) {
  each_item(value, [&](Value item) {
    Info info;
    read_object(item, info, info_fields);
    into[info.name] = info.value;
  });
}

constexpr Table<Operation, 4> operation_fields{{
    {"info", [](Value v, Operation& o) { read_info(v, o.info); }},
    {"initiatedBy", [](Value v, Operation& o) { read_object(v, o, initiator_fields); }},
    {"retry", [](Value v, Operation& o) { read_retry(v, o.retry); }},
    {"sync", [](Value v, Operation& o) { read_object(v, o, sync_fields); }},
}};

void read_operation(Value value, Operation& into) {
  into.present = is(value, Type::object);
  read_object(value, into, operation_fields);
}

constexpr Table<SyncedResource, 9> synced_fields{{
    {"group", [](Value v, SyncedResource& r) { read_text(v, r.group); }},
    {"kind", [](Value v, SyncedResource& r) { read_text(v, r.kind); }},
    {"namespace", [](Value v, SyncedResource& r) { read_text(v, r.ns); }},
    {"name", [](Value v, SyncedResource& r) { read_text(v, r.name); }},
    {"status", [](Value v, SyncedResource& r) { read_text(v, r.status); }},
    {"message", [](Value v, SyncedResource& r) { read_text(v, r.message); }},
    {"hookType", [](Value v, SyncedResource& r) { read_text(v, r.hook_type); }},
    {"hookPhase", [](Value v, SyncedResource& r) { read_text(v, r.hook_phase); }},
    {"syncPhase", [](Value v, SyncedResource& r) { read_text(v, r.sync_phase); }},
}};

struct State {
  OperationState state;
  Operation operation;
  std::optional<std::string> synced_revision;
};
constexpr Table<State, 2> result_fields{{
    {"revision",
     [](Value v, State& s) {
       if (const auto found = text(v)) s.synced_revision = *found;
     }},
    {"resources", [](Value v, State& s) { read_list(v, s.state.resources, synced_fields); }},
}};
constexpr Table<State, 7> state_fields{{
    {"phase", [](Value v, State& s) { read_text(v, s.state.phase); }},
    {"message", [](Value v, State& s) { read_text(v, s.state.message); }},
    {"startedAt", [](Value v, State& s) { read_time(v, s.state.started_at); }},
    {"finishedAt", [](Value v, State& s) { read_time(v, s.state.finished_at); }},
    {"retryCount", [](Value v, State& s) { read_count(v, s.state.retry_count); }},
    {"operation", [](Value v, State& s) { read_operation(v, s.operation); }},
    {"syncResult", [](Value v, State& s) { read_object(v, s, result_fields); }},
}};

void read_state(Value value, Application& app) {
  if (!is(value, Type::object)) return;
  State read;
  read_object(value, read, state_fields);
  OperationState& state = app.operation.emplace(std::move(read.state));
  state.retry = read.operation.retry;
  state.partial = read.operation.partial;
  state.initiated_by = std::move(read.operation.initiated_by);
  state.automated = read.operation.automated;
  state.info = std::move(read.operation.info);
  state.revision = read.synced_revision.value_or(read.operation.revision);
}

// --- metadata ----------------------------------------------------------------------------------------------------------------------

struct Owner {
  std::string kind, name;
};
constexpr Table<Owner, 2> owner_fields{{
    {"kind", [](Value v, Owner& o) { read_text(v, o.kind); }},
    {"name", [](Value v, Owner& o) { read_text(v, o.name); }},
}};

void read_owner_set(Value value, Application& app) {
  each_item(value, [&](Value item) {
    Owner owner;
    read_object(item, owner, owner_fields);
    if (owner.kind == "ApplicationSet") app.owner_set = owner.name;
  });
}

constexpr Table<Application, 2> annotation_fields{{
    {"argocd.argoproj.io/skip-reconcile", [](Value v, Application& a) { a.skip_reconcile = text(v) == "true"; }},
    {"argocd.argoproj.io/refresh", [](Value v, Application& a) { read_text(v, a.refresh); }},
}};
constexpr Table<Application, 9> metadata_fields{{
    {"namespace", [](Value v, Application& a) { read_text(v, a.ref.ns); }},
    {"name", [](Value v, Application& a) { read_text(v, a.ref.name); }},
    {"uid", [](Value v, Application& a) { read_text(v, a.ref.uid); }},
    {"resourceVersion", [](Value v, Application& a) { read_text(v, a.resource_version); }},
    {"creationTimestamp", [](Value v, Application& a) { read_time(v, a.created_at); }},
    {"deletionTimestamp", [](Value v, Application& a) { read_time(v, a.deletion_at); }},
    {"labels", [](Value v, Application& a) { read_text_map(v, a.labels); }},
    {"annotations", [](Value v, Application& a) { read_object(v, a, annotation_fields); }},
    {"ownerReferences", read_owner_set},
}};

// --- spec --------------------------------------------------------------------------------------------------------------------------

struct Source {
  std::string repo_url, chart, target_revision;
  std::optional<std::string> path;
};
constexpr Table<Source, 4> source_fields{{
    {"repoURL", [](Value v, Source& s) { read_text(v, s.repo_url); }},
    {"path",
     [](Value v, Source& s) {
       if (const auto found = text(v)) s.path = *found;
     }},
    {"chart", [](Value v, Source& s) { read_text(v, s.chart); }},
    {"targetRevision", [](Value v, Source& s) { read_text(v, s.target_revision); }},
}};

struct Spec {
  Application& app;
  std::string destination_name;
  Source source, first_of_sources;
};
constexpr Table<Spec, 3> destination_fields{{
    {"namespace", [](Value v, Spec& s) { read_text(v, s.app.destination_namespace); }},
    {"server", [](Value v, Spec& s) { read_text(v, s.app.destination_server); }},
    {"name", [](Value v, Spec& s) { read_text(v, s.destination_name); }},
}};
constexpr Table<Application, 2> automated_fields{{
    {"enabled", [](Value v, Application& a) { read_flag(v, a.automated); }},
    {"selfHeal", [](Value v, Application& a) { read_flag(v, a.self_heal); }},
}};

void read_automated(Value value, Application& app) {
  app.automated = is(value, Type::object);
  read_object(value, app, automated_fields);
  app.self_heal = app.automated && app.self_heal;
}

constexpr Table<Application, 3> policy_fields{{
    {"automated", read_automated},
    {"syncOptions", [](Value v, Application& a) { read_texts(v, a.sync_options); }},
    {"retry", [](Value v, Application& a) { read_retry(v, a.retry); }},
}};

void read_sources(Value value, Spec& spec) {
  each_item(value, [&](Value item) {
    if (!spec.app.multi_source) read_object(item, spec.first_of_sources, source_fields);
    spec.app.multi_source = true;
  });
}

constexpr Table<Spec, 5> spec_fields{{
    {"project", [](Value v, Spec& s) { read_text(v, s.app.project); }},
    {"destination", [](Value v, Spec& s) { read_object(v, s, destination_fields); }},
    {"syncPolicy", [](Value v, Spec& s) { read_object(v, s.app, policy_fields); }},
    {"source", [](Value v, Spec& s) { read_object(v, s.source, source_fields); }},
    {"sources", read_sources},
}};

void read_spec(Value value, Application& app) {
  Spec spec{app, {}, {}, {}};
  app.destination_server.clear();
  read_object(value, spec, spec_fields);
  if (app.destination_server.empty()) app.destination_server = "name:" + spec.destination_name;
  Source& source = app.multi_source ? spec.first_of_sources : spec.source;
  app.repo_url = std::move(source.repo_url);
  app.path = source.path.value_or(source.chart);
  app.target_revision = std::move(source.target_revision);
}

// --- status ------------------------------------------------------------------------------------------------------------------------

constexpr Table<Application, 3> sync_status_fields{{
    {"status", [](Value v, Application& a) { read_text(v, a.sync_status); }},
    {"revision", [](Value v, Application& a) { read_text(v, a.sync_revision); }},
    {"revisions", [](Value v, Application& a) { read_texts(v, a.sync_revisions); }},
}};
constexpr Table<Application, 1> health_fields{{
    {"status", [](Value v, Application& a) { read_text(v, a.health); }},
}};
constexpr Table<AppCondition, 3> condition_fields{{
    {"type", [](Value v, AppCondition& c) { read_text(v, c.type); }},
    {"message", [](Value v, AppCondition& c) { read_text(v, c.message); }},
    {"lastTransitionTime", [](Value v, AppCondition& c) { read_time(v, c.last_seen); }},
}};
constexpr Table<OwnedResource, 6> owned_fields{{
    {"group", [](Value v, OwnedResource& r) { read_text(v, r.group); }},
    {"kind", [](Value v, OwnedResource& r) { read_text(v, r.kind); }},
    {"namespace", [](Value v, OwnedResource& r) { read_text(v, r.ns); }},
    {"name", [](Value v, OwnedResource& r) { read_text(v, r.name); }},
    {"status", [](Value v, OwnedResource& r) { read_text(v, r.sync_status); }},
    {"hook", [](Value v, OwnedResource& r) { read_flag(v, r.hook); }},
}};
constexpr Table<Application, 7> status_fields{{
    {"operationState", read_state},
    {"sync", [](Value v, Application& a) { read_object(v, a, sync_status_fields); }},
    {"health", [](Value v, Application& a) { read_object(v, a, health_fields); }},
    {"conditions", [](Value v, Application& a) { read_list(v, a.conditions, condition_fields); }},
    {"resources", [](Value v, Application& a) { read_list(v, a.resources, owned_fields); }},
    {"controllerNamespace", [](Value v, Application& a) { read_text(v, a.controller_namespace); }},
    {"reconciledAt", [](Value v, Application& a) { read_time(v, a.reconciled_at); }},
}};

void read_pending(Value value, Application& app) {
  Operation operation;
  read_operation(value, operation);
  app.has_operation = operation.present;
  app.pending_info = std::move(operation.info);
  app.pending_by = std::move(operation.initiated_by);
}

constexpr Table<Application, 4> application_fields{{
    {"metadata", [](Value v, Application& a) { read_object(v, a, metadata_fields); }},
    {"spec", read_spec},
    {"operation", read_pending},
    {"status", [](Value v, Application& a) { read_object(v, a, status_fields); }},
}};

// --- AppProject --------------------------------------------------------------------------------------------------------------------

constexpr Table<SyncWindow, 9> window_fields{{
    {"kind", [](Value v, SyncWindow& w) { read_text(v, w.kind); }},
    {"schedule", [](Value v, SyncWindow& w) { read_text(v, w.schedule); }},
    {"duration", [](Value v, SyncWindow& w) { read_text(v, w.duration); }},
    {"timeZone", [](Value v, SyncWindow& w) { read_text(v, w.time_zone); }},
    {"manualSync", [](Value v, SyncWindow& w) { read_flag(v, w.manual_sync); }},
    {"andOperator", [](Value v, SyncWindow& w) { read_flag(v, w.and_operator); }},
    {"applications", [](Value v, SyncWindow& w) { read_texts(v, w.applications); }},
    {"namespaces", [](Value v, SyncWindow& w) { read_texts(v, w.namespaces); }},
    {"clusters", [](Value v, SyncWindow& w) { read_texts(v, w.clusters); }},
}};
constexpr Table<WatchedProject, 4> project_metadata_fields{{
    {"namespace", [](Value v, WatchedProject& p) { read_text(v, p.ref.ns); }},
    {"name", [](Value v, WatchedProject& p) { read_text(v, p.ref.name); }},
    {"uid", [](Value v, WatchedProject& p) { read_text(v, p.ref.uid); }},
    {"resourceVersion", [](Value v, WatchedProject& p) { read_text(v, p.resource_version); }},
}};
constexpr Table<ProjectDestination, 3> project_destination_fields{{
    {"server", [](Value v, ProjectDestination& d) { read_text(v, d.server); }},
    {"name", [](Value v, ProjectDestination& d) { read_text(v, d.name); }},
    {"namespace", [](Value v, ProjectDestination& d) { read_text(v, d.ns); }},
}};
constexpr Table<WatchedProject, 4> project_spec_fields{{
    {"syncWindows", [](Value v, WatchedProject& p) { read_list(v, p.project.windows, window_fields); }},
    {"destinations", [](Value v, WatchedProject& p) { read_list(v, p.project.destinations, project_destination_fields); }},
    {"sourceNamespaces", [](Value v, WatchedProject& p) { read_texts(v, p.project.source_namespaces); }},
    {"permitOnlyProjectScopedClusters", [](Value v, WatchedProject& p) { read_flag(v, p.project.only_own_clusters); }},
}};
constexpr Table<WatchedProject, 2> project_fields{{
    {"metadata", [](Value v, WatchedProject& p) { read_object(v, p, project_metadata_fields); }},
    {"spec", [](Value v, WatchedProject& p) { read_object(v, p, project_spec_fields); }},
}};

// --- ApplicationSet ----------------------------------------------------------------------------------------------------------------

constexpr Table<ApplicationSet, 5> set_metadata_fields{{
    {"namespace", [](Value v, ApplicationSet& s) { read_text(v, s.ref.ns); }},
    {"name", [](Value v, ApplicationSet& s) { read_text(v, s.ref.name); }},
    {"uid", [](Value v, ApplicationSet& s) { read_text(v, s.ref.uid); }},
    {"resourceVersion", [](Value v, ApplicationSet& s) { read_text(v, s.resource_version); }},
    {"deletionTimestamp", [](Value v, ApplicationSet& s) { read_time(v, s.deletion_at); }},
}};
constexpr Table<ApplicationSet, 1> rolling_sync_fields{{
    {"steps", [](Value v, ApplicationSet& s) { each_item(v, [&](Value) { ++s.steps; }); }},
}};
constexpr Table<ApplicationSet, 2> strategy_fields{{
    {"type", [](Value v, ApplicationSet& s) { read_text(v, s.strategy); }},
    {"rollingSync", [](Value v, ApplicationSet& s) { read_object(v, s, rolling_sync_fields); }},
}};
constexpr Table<ApplicationSet, 1> set_spec_fields{{
    {"strategy", [](Value v, ApplicationSet& s) { read_object(v, s, strategy_fields); }},
}};
constexpr Table<ApplicationStep, 5> step_fields{{
    {"application", [](Value v, ApplicationStep& s) { read_text(v, s.application); }},
    {"lastTransitionTime", [](Value v, ApplicationStep& s) { read_time(v, s.changed_at); }},
    {"message",
     [](Value v, ApplicationStep& s) {
       if (const auto found = text(v)) s.message = printable(*found);
     }},
    {"status", [](Value v, ApplicationStep& s) { read_text(v, s.status); }},
    {"step", [](Value v, ApplicationStep& s) { read_text(v, s.step); }},
}};
constexpr Table<ApplicationSet, 1> set_status_fields{{
    {"applicationStatus", [](Value v, ApplicationSet& s) { read_list(v, s.applications, step_fields); }},
}};
constexpr Table<ApplicationSet, 3> set_fields{{
    {"metadata", [](Value v, ApplicationSet& s) { read_object(v, s, set_metadata_fields); }},
    {"spec", [](Value v, ApplicationSet& s) { read_object(v, s, set_spec_fields); }},
    {"status", [](Value v, ApplicationSet& s) { read_object(v, s, set_status_fields); }},
}};

}  // namespace

void read_fields(fields::Value object, ApplicationSet& into) {
  into.ref.kind = "ApplicationSet";
  read_object(object, into, set_fields);
}

void read_fields(fields::Value object, Application& into) {
  into.ref.kind = "Application";
  into.destination_server = "name:";
  read_object(object, into, application_fields);
}

void read_fields(fields::Value object, WatchedProject& into) {
  into.ref.kind = "AppProject";
  read_object(object, into, project_fields);
  into.project.name = into.ref.name;
  into.project.ns = into.ref.ns;
}

}  // namespace refloat
