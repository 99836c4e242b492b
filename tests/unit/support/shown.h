// Every member of the models that a snapshot holds, as JSON: equal values show equally, and a test that fails shows the difference.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "model/snapshot.h"

namespace refloat::test {

inline Json shown(const std::optional<Time>& time) {
  return time ? Json(time->time_since_epoch().count()) : Json();
}
inline Json shown(const std::optional<int>& number) {
  return number ? Json(*number) : Json();
}
inline Json shown(const ObjectRef& r) {
  return {r.kind, r.ns, r.name, r.uid};
}
inline Json shown(const RetryStrategy& r) {
  return {r.limit, r.duration, r.factor, r.max_duration, r.present};
}
inline Json shown(const SyncedResource& r) {
  return {r.group, r.kind, r.ns, r.name, r.status, r.message, r.hook_type, r.hook_phase, r.sync_phase};
}
inline Json shown(const OwnedResource& r) {
  return {r.group, r.kind, r.ns, r.name, r.sync_status, r.hook};
}
inline Json shown(const AppCondition& c) {
  return {c.type, c.message, shown(c.last_seen)};
}
inline Json shown(const SyncWindow& w) {
  return {w.kind, w.schedule, w.duration, w.time_zone, w.manual_sync, w.and_operator, w.applications, w.namespaces, w.clusters};
}
inline Json shown(const ContainerState& c) {
  return {c.name, c.init, c.ready, c.restarts, c.waiting_reason, c.waiting_message, c.running, c.terminated, shown(c.last_exit_code),
          c.image};
}
inline Json shown(const Unexamined& u) {
  return {u.what, u.why, to_string(u.kind)};
}

inline Json shown(const Application& a);
inline Json shown(const AppProject& p);
inline Json shown(const Job& j);
inline Json shown(const Pod& p);
inline Json shown(const Workload& w);
inline Json shown(const ReplicaSet& r);
inline Json shown(const Taint& t);
inline Json shown(const Node& n);
inline Json shown(const Claim& c);
inline Json shown(const ApplicationStep& s);
inline Json shown(const ApplicationSet& s);
inline Json shown(const PostgresCluster& c);
inline Json shown(const PostgresDatabase& d);
inline Json shown(const PostgresPooler& p);

template <class T>
Json shown(const std::vector<T>& list) {
  Json out = Json::array();
  for (const T& item : list) out.push_back(shown(item));
  return out;
}

inline Json shown(const std::optional<OperationState>& o) {
  if (!o) return {};
  return {{"phase", o->phase},
          {"message", o->message},
          {"times", {shown(o->started_at), shown(o->finished_at)}},
          {"retry", {o->retry_count, shown(o->retry)}},
          {"partial", o->partial},
          {"by", {o->initiated_by, o->automated}},
          {"info", o->info},
          {"revision", o->revision},
          {"resources", shown(o->resources)}};
}

inline Json shown(const Application& a) {
  return {{"ref", shown(a.ref)},
          {"version", a.resource_version},
          {"times", {shown(a.created_at), shown(a.deletion_at), shown(a.reconciled_at), shown(a.unchanged_since)}},
          {"project", a.project},
          {"destination", {a.destination_namespace, a.destination_server}},
          {"labels", a.labels},
          {"annotations", {a.skip_reconcile, a.refresh}},
          {"owner_set", a.owner_set},
          {"source", {a.repo_url, a.path, a.target_revision, a.multi_source}},
          {"automated", {a.automated, a.self_heal}},
          {"policy", {a.sync_options, shown(a.retry)}},
          {"pending", {a.has_operation, a.pending_info, a.pending_by}},
          {"operation", shown(a.operation)},
          {"sync", {a.sync_status, a.sync_revision, a.sync_revisions}},
          {"health", a.health},
          {"conditions", shown(a.conditions)},
          {"resources", shown(a.resources)},
          {"controller_namespace", a.controller_namespace}};
}

inline Json shown(const AppProject& p) {
  return {p.name, shown(p.windows)};
}

inline Json shown(const Job& j) {
  return {{"ref", shown(j.ref)},
          {"version", j.resource_version},
          {"times", {shown(j.created_at), shown(j.deletion_at), shown(j.started_at), shown(j.finished_at)}},
          {"finalizers", j.finalizers},
          {"tracking_app", j.tracking_app},
          {"flags", {j.tracked_by_label, j.hook, j.suspended, j.complete, j.failed_finally}},
          {"counts", {j.active, j.ready, j.succeeded, j.failed, j.backoff_limit}},
          {"failed", {j.failed_reason, j.failed_message}}};
}

inline Json shown(const Pod& p) {
  return {{"ref", shown(p.ref)},
          {"version", p.resource_version},
          {"times", {shown(p.created_at), shown(p.deletion_at)}},
          {"labels", p.labels},
          {"owner", {p.owner_kind, p.owner_name, p.owner_uid}},
          {"phase", p.phase},
          {"flags", {p.ready, p.unschedulable}},
          {"schedule_message", p.schedule_message},
          {"containers", shown(p.containers)}};
}

inline Json shown(const Workload& w) {
  return {{"ref", shown(w.ref)},
          {"version", w.resource_version},
          {"labels", w.labels},
          {"tracking_app", w.tracking_app},
          {"counts", {w.replicas, w.updated, w.ready, w.available, w.current, w.generation, w.observed_generation}},
          {"restarted_at", w.restarted_at},
          {"deletion_at", shown(w.deletion_at)}};
}

inline Json shown(const ReplicaSet& r) {
  return {{"ref", shown(r.ref)},
          {"version", r.resource_version},
          {"times", {shown(r.created_at), shown(r.deletion_at)}},
          {"owner", {r.owner_kind, r.owner_name, r.owner_uid}},
          {"revision", {r.revision, r.template_hash}},
          {"counts", {r.replicas, r.current, r.ready, r.available}}};
}

inline Json shown(const Taint& t) {
  return {t.key, t.value, t.effect};
}

inline Json shown(const Node& n) {
  return {{"ref", shown(n.ref)},
          {"version", n.resource_version},
          {"deletion_at", shown(n.deletion_at)},
          {"taints", shown(n.taints)},
          {"flags", {n.unschedulable, n.ready}}};
}

inline Json shown(const Claim& c) {
  return {{"ref", shown(c.ref)}, {"version", c.resource_version},  {"times", {shown(c.created_at), shown(c.deletion_at)}},
          {"labels", c.labels},  {"tracking_app", c.tracking_app}, {"phase", c.phase}};
}

inline Json shown(const ApplicationStep& s) {
  return {s.application, s.status, s.step, s.message, shown(s.changed_at)};
}

inline Json shown(const ApplicationSet& s) {
  return {{"ref", shown(s.ref)},
          {"version", s.resource_version},
          {"deletion_at", shown(s.deletion_at)},
          {"strategy", {s.strategy, s.steps}},
          {"applications", shown(s.applications)}};
}

inline Json shown(const PostgresCluster& c) {
  return {{"ref", shown(c.ref)},
          {"version", c.resource_version},
          {"deletion_at", shown(c.deletion_at)},
          {"phase", {c.phase, c.ready, c.ready_message}},
          {"primaries", {c.current_primary, c.target_primary}},
          {"instances", {c.instances, c.ready_instances}},
          {"roles", {c.roles_by_status, c.unreconcilable_roles}}};
}

inline Json shown(const PostgresDatabase& d) {
  return {{"ref", shown(d.ref)},
          {"version", d.resource_version},
          {"deletion_at", shown(d.deletion_at)},
          {"names", {d.cluster, d.database, d.owner}},
          {"applied", d.applied ? Json(*d.applied) : Json()},
          {"message", d.message}};
}

inline Json shown(const PostgresPooler& p) {
  return {{"ref", shown(p.ref)},
          {"version", p.resource_version},
          {"deletion_at", shown(p.deletion_at)},
          {"spec", {p.cluster, p.type, p.pool_mode, p.paused}}};
}

// What is watched; databases, credentials and logs are read by others.
inline Json shown(const Snapshot& s) {
  return {{"cluster", s.cluster},
          {"taken_at", s.taken_at.time_since_epoch().count()},
          {"applications", shown(s.applications)},
          {"projects", shown(s.projects)},
          {"jobs", shown(s.jobs)},
          {"pods", shown(s.pods)},
          {"workloads", shown(s.workloads)},
          {"replica_sets", shown(s.replica_sets)},
          {"nodes", shown(s.nodes)},
          {"claims", shown(s.claims)},
          {"application_sets", shown(s.application_sets)},
          {"postgres", {shown(s.postgres_clusters), shown(s.postgres_databases), shown(s.postgres_poolers)}},
          {"unexamined", shown(s.unexamined)}};
}

}  // namespace refloat::test
