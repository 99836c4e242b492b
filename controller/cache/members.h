// What a record holds of each type, in one list for writing and reading. Not in it: the resourceVersion and what else the store keeps
// beside the record, so that two records are equal when nothing has changed that anyone decides on.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "cache/object_reader.h"
#include "cache/pack.h"
#include "model/application.h"
#include "model/application_set.h"
#include "model/claim.h"
#include "model/cnpg.h"
#include "model/job.h"
#include "model/node.h"
#include "model/object_ref.h"
#include "model/pod.h"
#include "model/project.h"
#include "model/replica_set.h"
#include "model/workload.h"

namespace refloat {

// A T, const when it is written.
template <class V, class T>
concept As = std::same_as<std::remove_const_t<V>, T>;

// --- compound members, writing -----------------------------------------------------------------------------------------------------

inline void pack_number(Packer& packer, std::int64_t value) {
  packer.number(value);
}

template <class... Flags>
void pack_flags(Packer& packer, const Flags&... flags) {
  std::int64_t bits = 0;
  ((bits = bits << 1 | (flags ? 1 : 0)), ...);
  packer.number(bits);
}

inline void pack_map(Packer& packer, const std::map<std::string, std::string>& map) {
  packer.number(static_cast<std::int64_t>(map.size()));
  for (const auto& [key, value] : map) {
    packer.word(key);
    packer.text(value);
  }
}

inline void pack_words(Packer& packer, const std::vector<std::string>& words) {
  packer.number(static_cast<std::int64_t>(words.size()));
  for (const std::string& word : words) packer.word(word);
}

template <class T>
void pack_list(Packer& packer, const std::vector<T>& list) {
  packer.number(static_cast<std::int64_t>(list.size()));
  for (const T& item : list) members(packer, item);
}

template <class T>
void pack_optional(Packer& packer, const std::optional<T>& value) {
  packer.number(value ? 1 : 0);
  if (value) members(packer, *value);
}

// --- compound members, reading -----------------------------------------------------------------------------------------------------

template <class Number>
void pack_number(Unpacker& unpacker, Number& value) {
  value = static_cast<Number>(unpacker.number());
}

template <class... Flags>
void pack_flags(Unpacker& unpacker, Flags&... flags) {
  const std::int64_t bits = unpacker.number();
  auto shift = static_cast<std::int64_t>(sizeof...(flags));
  ((flags = (bits >> --shift & 1) != 0), ...);
}

inline void pack_map(Unpacker& unpacker, std::map<std::string, std::string>& map) {
  const std::int64_t count = unpacker.number();
  for (std::int64_t i = 0; i < count; ++i) {
    std::string key;
    unpacker.word(key);
    unpacker.text(map[std::move(key)]);
  }
}

inline void pack_words(Unpacker& unpacker, std::vector<std::string>& words) {
  words.resize(static_cast<std::size_t>(unpacker.number()));
  for (std::string& word : words) unpacker.word(word);
}

template <class T>
void pack_list(Unpacker& unpacker, std::vector<T>& list) {
  list.resize(static_cast<std::size_t>(unpacker.number()));
  for (T& item : list) members(unpacker, item);
}

template <class T>
void pack_optional(Unpacker& unpacker, std::optional<T>& value) {
  value.reset();
  if (unpacker.number() != 0) members(unpacker, value.emplace());
}

// --- the types ---------------------------------------------------------------------------------------------------------------------

template <class Archive, As<ObjectRef> V>
void members(Archive& a, V& ref) {
  a.text(ref.ns);
  a.text(ref.name);
  a.uid(ref.uid);
  a.word(ref.kind);
}

template <class Archive, As<RetryStrategy> V>
void members(Archive& a, V& retry) {
  pack_flags(a, retry.present);
  pack_number(a, retry.limit);
  a.word(retry.duration);
  pack_number(a, retry.factor);
  a.word(retry.max_duration);
}

template <class Archive, As<SyncedResource> V>
void members(Archive& a, V& row) {
  a.word(row.group);
  a.word(row.kind);
  a.text(row.ns);
  a.text(row.name);
  a.word(row.status);
  a.message(row.message, row.name);
  a.word(row.hook_type);
  a.word(row.hook_phase);
  a.word(row.sync_phase);
}

template <class Archive, As<OwnedResource> V>
void members(Archive& a, V& row) {
  a.word(row.group);
  a.word(row.kind);
  a.text(row.ns);
  a.text(row.name);
  a.word(row.sync_status);
  pack_flags(a, row.hook);
}

template <class Archive, As<AppCondition> V>
void members(Archive& a, V& condition) {
  a.word(condition.type);
  a.text(condition.message);
  a.time(condition.last_seen);
}

template <class Archive, As<OperationState> V>
void members(Archive& a, V& state) {
  a.word(state.phase);
  a.word(state.message);
  a.time(state.started_at);
  a.time(state.finished_at);
  pack_number(a, state.retry_count);
  members(a, state.retry);
  pack_flags(a, state.partial, state.automated);
  a.word(state.initiated_by);
  pack_map(a, state.info);
  a.text(state.revision);
  pack_list(a, state.resources);
}

template <class Archive, As<Application> V>
void members(Archive& a, V& app) {
  members(a, app.ref);
  a.time(app.created_at);
  a.time(app.deletion_at);
  a.word(app.project);
  a.text(app.destination_namespace);
  a.word(app.destination_server);
  a.word(app.cluster);
  pack_map(a, app.labels);
  pack_flags(a, app.elsewhere, app.skip_reconcile, app.automated, app.self_heal, app.multi_source, app.has_operation);
  a.word(app.refresh);
  a.text(app.owner_set);
  a.word(app.repo_url);
  a.text(app.path);
  a.word(app.target_revision);
  pack_words(a, app.sync_options);
  members(a, app.retry);
  pack_map(a, app.pending_info);
  a.word(app.pending_by);
  pack_optional(a, app.operation);
  a.word(app.sync_status);
  a.text(app.sync_revision);
  pack_words(a, app.sync_revisions);
  a.word(app.health);
  pack_list(a, app.conditions);
  pack_list(a, app.resources);
  a.word(app.controller_namespace);
  a.time(app.reconciled_at);
}

template <class Archive, As<SyncWindow> V>
void members(Archive& a, V& window) {
  a.word(window.kind);
  a.text(window.schedule);
  a.text(window.duration);
  a.word(window.time_zone);
  pack_flags(a, window.manual_sync, window.and_operator);
  pack_words(a, window.applications);
  pack_words(a, window.namespaces);
  pack_words(a, window.clusters);
}

template <class Archive, As<ProjectDestination> V>
void members(Archive& a, V& to) {
  a.word(to.server);
  a.word(to.name);
  a.word(to.ns);
}

template <class Archive, As<WatchedProject> V>
void members(Archive& a, V& project) {
  members(a, project.ref);
  a.text(project.project.name);
  pack_list(a, project.project.windows);
  a.text(project.project.ns);
  pack_list(a, project.project.destinations);
  pack_words(a, project.project.source_namespaces);
  pack_flags(a, project.project.only_own_clusters);
}

template <class Archive, As<Job> V>
void members(Archive& a, V& job) {
  members(a, job.ref);
  a.time(job.created_at);
  a.time(job.deletion_at);
  pack_words(a, job.finalizers);
  a.text(job.tracking_app);
  pack_flags(a, job.tracked_by_label, job.hook, job.suspended, job.complete, job.failed_finally);
  for (auto* count : {&job.active, &job.ready, &job.succeeded, &job.failed, &job.backoff_limit}) pack_number(a, *count);
  a.time(job.started_at);
  a.word(job.failed_reason);
  a.text(job.failed_message);
  a.time(job.finished_at);
}

template <class Archive, As<ContainerState> V>
void members(Archive& a, V& container) {
  a.word(container.name);
  pack_flags(a, container.init, container.ready, container.running, container.terminated);
  pack_number(a, container.restarts);
  a.word(container.waiting_reason);
  a.text(container.waiting_message);
  int code = container.last_exit_code.value_or(0);
  bool ended = container.last_exit_code.has_value();
  pack_flags(a, ended);
  pack_number(a, code);
  if constexpr (!std::is_const_v<V>) container.last_exit_code = ended ? std::optional<int>(code) : std::nullopt;
  a.text(container.image);
}

template <class Archive, As<Pod> V>
void members(Archive& a, V& pod) {
  members(a, pod.ref);
  a.time(pod.created_at);
  a.time(pod.deletion_at);
  pack_map(a, pod.labels);
  a.word(pod.owner_kind);
  a.text(pod.owner_name);
  a.uid(pod.owner_uid);
  a.word(pod.phase);
  pack_flags(a, pod.ready, pod.unschedulable);
  a.text(pod.schedule_message);
  pack_list(a, pod.containers);
}

template <class Archive, As<Workload> V>
void members(Archive& a, V& workload) {
  members(a, workload.ref);
  pack_map(a, workload.labels);
  a.text(workload.tracking_app);
  pack_flags(a, workload.tracked_by_label);
  for (auto* count : {&workload.replicas, &workload.updated, &workload.ready, &workload.available, &workload.current}) {
    pack_number(a, *count);
  }
  pack_number(a, workload.generation);
  pack_number(a, workload.observed_generation);
  a.text(workload.restarted_at);
  a.time(workload.deletion_at);
}

template <class Archive, As<ReplicaSet> V>
void members(Archive& a, V& set) {
  members(a, set.ref);
  a.time(set.created_at);
  a.time(set.deletion_at);
  a.word(set.owner_kind);
  a.text(set.owner_name);
  a.uid(set.owner_uid);
  pack_number(a, set.revision);
  a.text(set.template_hash);
  for (auto* count : {&set.replicas, &set.current, &set.ready, &set.available}) pack_number(a, *count);
}

template <class Archive, As<Taint> V>
void members(Archive& a, V& taint) {
  a.word(taint.key);
  a.word(taint.value);
  a.word(taint.effect);
}

template <class Archive, As<Node> V>
void members(Archive& a, V& node) {
  members(a, node.ref);
  a.time(node.deletion_at);
  pack_list(a, node.taints);
  pack_flags(a, node.unschedulable, node.ready);
}

template <class Archive, As<Claim> V>
void members(Archive& a, V& claim) {
  members(a, claim.ref);
  a.time(claim.created_at);
  a.time(claim.deletion_at);
  pack_map(a, claim.labels);
  a.text(claim.tracking_app);
  a.word(claim.phase);
}

template <class Archive, As<ApplicationStep> V>
void members(Archive& a, V& step) {
  a.text(step.application);
  a.word(step.status);
  a.word(step.step);
  a.message(step.message, step.application);
  a.time(step.changed_at);
}

template <class Archive, As<ApplicationSet> V>
void members(Archive& a, V& set) {
  members(a, set.ref);
  a.time(set.deletion_at);
  a.word(set.strategy);
  pack_number(a, set.steps);
  pack_list(a, set.applications);
}

inline void pack_counts(Packer& packer, const std::map<std::string, int>& counts) {
  packer.number(static_cast<std::int64_t>(counts.size()));
  for (const auto& [key, count] : counts) {
    packer.word(key);
    packer.number(count);
  }
}
inline void pack_counts(Unpacker& unpacker, std::map<std::string, int>& counts) {
  const std::int64_t size = unpacker.number();
  for (std::int64_t i = 0; i < size; ++i) {
    std::string key;
    unpacker.word(key);
    counts[std::move(key)] = static_cast<int>(unpacker.number());
  }
}

template <class Archive, As<PostgresCluster> V>
void members(Archive& a, V& cluster) {
  members(a, cluster.ref);
  a.time(cluster.deletion_at);
  a.word(cluster.phase);
  a.word(cluster.ready);
  a.text(cluster.ready_message);
  a.text(cluster.current_primary);
  a.text(cluster.target_primary);
  for (auto* count : {&cluster.instances, &cluster.ready_instances}) pack_number(a, *count);
  pack_counts(a, cluster.roles_by_status);
  pack_words(a, cluster.unreconcilable_roles);
}

template <class Archive, As<PostgresDatabase> V>
void members(Archive& a, V& database) {
  members(a, database.ref);
  a.time(database.deletion_at);
  a.text(database.cluster);
  a.text(database.database);
  a.text(database.owner);
  bool applied = database.applied.value_or(false);
  bool said = database.applied.has_value();
  pack_flags(a, applied, said);
  if constexpr (!std::is_const_v<V>) database.applied = said ? std::optional<bool>(applied) : std::nullopt;
  a.text(database.message);
}

template <class Archive, As<PostgresPooler> V>
void members(Archive& a, V& pooler) {
  members(a, pooler.ref);
  a.time(pooler.deletion_at);
  a.text(pooler.cluster);
  a.word(pooler.type);
  a.word(pooler.pool_mode);
  pack_flags(a, pooler.paused);
}

}  // namespace refloat
