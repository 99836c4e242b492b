#include "model/recovery.h"

#include <cstddef>
#include <optional>

#include "base/json.h"
#include "base/result.h"
#include "model/api_version.h"
#include "model/archive.h"
#include "model/plan_archive.h"  // NOLINT(misc-include-cleaner): the members of what is read, found by argument
#include "model/status_condition.h"

namespace refloat {
namespace {

template <class Archive, class Value>
void metadata_members(Archive& archive, Value& recovery) {
  archive("name", recovery.name);
  archive("namespace", recovery.ns);
}

template <class Archive, class Value>
void spec_members(Archive& archive, Value& recovery) {
  archive("stack", recovery.stack);
  archive("plan", recovery.plan);
  archive("approval", recovery.approval);
}

template <class Archive, class Value>
void status_members(Archive& archive, Value& recovery) {
  archive("holder", recovery.holder);
  archive("startedAt", recovery.started_at);
  archive("finishedAt", recovery.finished_at);
  archive("verdict", recovery.verdict);
  archive("message", recovery.message);
  archive("steps", recovery.steps);
}

Json metadata_json(const Recovery& recovery) {
  archive::Writer writer;
  metadata_members(writer, recovery);
  Json metadata = writer.take();
  if (!recovery.resource_version.empty()) metadata["resourceVersion"] = recovery.resource_version;
  if (recovery.stack_uid.empty()) return metadata;
  metadata["ownerReferences"] = Json::array({{{"apiVersion", our_api_version},
                                              {"kind", "Stack"},
                                              {"name", recovery.stack},
                                              {"uid", recovery.stack_uid},
                                              {"controller", true},
                                              {"blockOwnerDeletion", false}}});
  return metadata;
}

Json spec_json(const Recovery& recovery) {
  archive::Writer writer;
  spec_members(writer, recovery);
  Json spec = writer.take();
  spec["planDigest"] = recovery.plan.digest;
  if (recovery.needs_approval) spec["needsApproval"] = true;
  return spec;
}

// What people read (phase, progress, cause, conditions) follows from the rest and is never read back.
Json status_json(const Recovery& recovery) {
  archive::Writer writer;
  status_members(writer, recovery);
  Json status = writer.take();
  status["phase"] = phase_of(recovery);
  status["progress"] = progress_of(recovery);
  status["cause"] = causes_of(recovery.plan.findings);
  status["conditions"] = conditions_json(conditions_of(recovery));
  if (recovery.generation > 0) status["observedGeneration"] = recovery.generation;
  return status;
}

// Metadata belongs to the API server, which adds members of its own.
void read_metadata(const Json& metadata, Recovery& recovery, archive::Problem& problem) {
  archive::Reader reader(metadata, "metadata", problem);
  metadata_members(reader, recovery);
  recovery.resource_version = text_at(metadata, {"resourceVersion"});
  recovery.uid = text_at(metadata, {"uid"});
  recovery.generation = int_at(metadata, {"generation"});
  for (const Json& owner : at_path(metadata, {"ownerReferences"})) {
    if (text_at(owner, {"kind"}) == "Stack" && text_at(owner, {"apiVersion"}) == our_api_version)
      recovery.stack_uid = text_at(owner, {"uid"});
  }
  if (recovery.name.empty()) problem.note("metadata.name is empty");
}

void read_spec(const Json& spec, Recovery& recovery, archive::Problem& problem) {
  archive::Reader reader(spec, "spec", problem);
  spec_members(reader, recovery);
  std::optional<std::string> digest;
  std::optional<bool> needs_approval;
  reader("planDigest", digest);
  reader("needsApproval", needs_approval);
  reader.finish();
  recovery.needs_approval = needs_approval.value_or(false);
  if (digest && *digest != recovery.plan.digest) problem.note("spec.planDigest is not the digest of spec.plan");
}

// Before there were phases every Recovery ran from the start.
void read_stage(const std::optional<std::string>& phase, Recovery& recovery, archive::Problem& problem) {
  const bool waits = phase && (*phase == "AwaitingApproval" || *phase == "Approved");
  recovery.stage = waits ? Stage::awaiting_approval : Stage::running;
  const bool ended = recovery.verdict != Verdict::running;
  if (phase && ended == (waits || *phase == "Running")) problem.note("status.phase contradicts status.verdict");
  if (waits && !recovery.needs_approval) problem.note("status.phase waits for an approval that spec does not need");
}

void read_status(const Json& status, Recovery& recovery, archive::Problem& problem) {
  archive::Reader reader(status, "status", problem);
  status_members(reader, recovery);
  std::optional<std::string> phase, ignored;
  reader("phase", phase);
  for (const char* key : {"progress", "cause"}) reader(key, ignored);
  for (const char* key : {"conditions", "observedGeneration"}) reader.skip(key);
  reader.finish();
  read_stage(phase, recovery, problem);
}

void check_steps(const Recovery& recovery, archive::Problem& problem) {
  bool same = recovery.steps.size() == recovery.plan.steps.size();
  for (std::size_t i = 0; same && i < recovery.steps.size(); ++i) same = recovery.steps[i].id == recovery.plan.steps[i].id;
  if (!same) problem.note("status.steps are not the steps of spec.plan");
  if (recovery.plan.stack != recovery.stack) problem.note("spec.plan is a plan of another Stack");
}

}  // namespace

Json to_json(const Recovery& recovery) {
  return Json{{"apiVersion", our_api_version},
              {"kind", "Recovery"},
              {"metadata", metadata_json(recovery)},
              {"spec", spec_json(recovery)},
              {"status", status_json(recovery)}};
}

Result<Recovery> recovery_from_json(const Json& json) {
  archive::Problem problem;
  Recovery recovery;
  archive::Reader whole(json, "Recovery", problem);
  std::string api_version, kind;
  Json metadata, spec, status;
  whole("apiVersion", api_version);
  whole("kind", kind);
  whole("metadata", metadata);
  whole("spec", spec);
  whole("status", status);
  whole.finish();
  if (api_version != our_api_version || kind != "Recovery") problem.note(std::string("not a ") + our_api_version + " Recovery");
  read_metadata(metadata, recovery, problem);
  read_spec(spec, recovery, problem);
  read_status(status, recovery, problem);
  check_steps(recovery, problem);
  if (!problem.text.empty()) return Error{ErrorKind::invalid, "unreadable Recovery: " + problem.text};
  return recovery;
}

}  // namespace refloat
