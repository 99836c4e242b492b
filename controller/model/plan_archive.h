// Member lists of what a plan and a recovery consist of; see model/archive.h.
#pragma once

#include <array>

#include "model/archive.h"
#include "model/finding.h"
#include "model/plan.h"
#include "model/recovery.h"
#include "model/write.h"

namespace refloat {

const char* to_string(KubeWrite::Verb verb);
const char* to_string(PatchType type);

inline auto enumerators(KubeWrite::Verb) {
  return std::array{KubeWrite::Verb::create, KubeWrite::Verb::patch, KubeWrite::Verb::remove};
}
inline auto enumerators(PatchType) {
  return std::array{PatchType::json, PatchType::merge, PatchType::strategic, PatchType::apply};
}
inline auto enumerators(RepairKind) {
  return std::array{RepairKind::remove_orphaned_metadata_row, RepairKind::insert_metadata_row, RepairKind::rename_version_row,
                    RepairKind::recreate_dropped_objects};
}
inline auto enumerators(Severity) {
  return std::array{Severity::critical, Severity::warning, Severity::info};
}
inline auto enumerators(Recoverable) {
  return std::array{Recoverable::automatic, Recoverable::approval, Recoverable::no};
}
inline auto enumerators(StepState) {
  return std::array{StepState::waiting, StepState::running, StepState::done, StepState::skipped, StepState::failed};
}
inline auto enumerators(EffectState) {
  return std::array{EffectState::intended, EffectState::applied, EffectState::stale, EffectState::rejected, EffectState::ambiguous};
}
inline auto enumerators(Verdict) {
  return std::array{Verdict::running, Verdict::recovered, Verdict::failed, Verdict::aborted, Verdict::refused};
}
inline auto enumerators(ApprovalDecision) {
  return std::array{ApprovalDecision::approve, ApprovalDecision::reject, ApprovalDecision::abort, ApprovalDecision::retry};
}

// A value or a const value of T: the same list serves writing and reading.
template <class Value, class T>
concept Is = std::same_as<std::remove_const_t<Value>, T>;

template <class Archive, Is<ObjectRef> Value>
void members(Archive& archive, Value& ref) {
  archive("kind", ref.kind);
  archive("namespace", ref.ns);
  archive("name", ref.name);
  archive("uid", ref.uid);
}

template <class Archive, Is<Evidence> Value>
void members(Archive& archive, Value& evidence) {
  archive("source", evidence.source);
  archive("observed", evidence.observed);
  archive("at", evidence.at);
}

template <class Archive, Is<Finding> Value>
void members(Archive& archive, Value& finding) {
  archive("id", finding.id);
  archive("signature", finding.signature);
  archive("severity", finding.severity);
  archive("subject", finding.subject);
  archive("since", finding.since);
  archive("summary", finding.summary);
  archive("evidence", finding.evidence);
  archive("playbook", finding.playbook);
  archive("recoverable", finding.recoverable);
  archive("durableFix", finding.durable_fix);
  archive("causedBy", finding.caused_by);
  archive.defaulted("usersPlaybook", finding.users_playbook);
}

template <class Archive, Is<Effect> Value>
void members(Archive& archive, Value& effect) {
  archive("intendedAt", effect.intended_at);
  archive("describe", effect.describe);
  archive("display", effect.display);
  archive("objectUid", effect.object_uid);
  archive("resourceVersion", effect.resource_version);
  archive("state", effect.state);
  archive("answeredAt", effect.answered_at);
  archive("outcome", effect.outcome);
  archive.nullable("removed", effect.removed);
}

// Only what was decided and for which plan must be there: people write this by hand, too.
template <class Archive, Is<Approval> Value>
void members(Archive& archive, Value& approval) {
  archive("decision", approval.decision);
  archive("planDigest", approval.plan_digest);
  archive.defaulted("by", approval.by);
  archive("at", approval.at);
  archive.defaulted("reason", approval.reason);
}

template <class Archive, Is<StepRun> Value>
void members(Archive& archive, Value& run) {
  archive("id", run.id);
  archive("state", run.state);
  archive("startedAt", run.started_at);
  archive("finishedAt", run.finished_at);
  archive("operationBefore", run.operation_before);
  archive("attempts", run.attempts);
  archive("message", run.message);
  archive("effects", run.effects);
}

// Types whose JSON is no plain list of members.
Json write_value(const Write& write);
Json write_value(const Condition& condition);
Json write_value(const Decision& decision);
Json write_value(const Plan& plan);
void read_value(const Json& json, Write& write, const std::string& path, archive::Problem& problem);
void read_value(const Json& json, Condition& condition, const std::string& path, archive::Problem& problem);
void read_value(const Json& json, Decision& decision, const std::string& path, archive::Problem& problem);
void read_value(const Json& json, Plan& plan, const std::string& path, archive::Problem& problem);

}  // namespace refloat
