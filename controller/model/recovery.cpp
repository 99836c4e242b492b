#include "model/recovery.h"

#include "model/plan_archive.h"

namespace refloat {
namespace {

constexpr const char* our_api_version = "refloat.dev/v1alpha1";

template <class Archive, class Value>
void metadata_members(Archive& archive, Value& recovery) {
  archive("name", recovery.name);
  archive("namespace", recovery.ns);
}

template <class Archive, class Value>
void spec_members(Archive& archive, Value& recovery) {
  archive("stack", recovery.stack);
  archive("plan", recovery.plan);
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

// Metadata belongs to the API server, which adds members of its own.
void read_metadata(const Json& metadata, Recovery& recovery, archive::Problem& problem) {
  archive::Reader reader(metadata, "metadata", problem);
  metadata_members(reader, recovery);
  recovery.resource_version = text_at(metadata, {"resourceVersion"});
  if (recovery.name.empty()) problem.note("metadata.name is empty");
}

void check_steps(const Recovery& recovery, archive::Problem& problem) {
  bool same = recovery.steps.size() == recovery.plan.steps.size();
  for (std::size_t i = 0; same && i < recovery.steps.size(); ++i) same = recovery.steps[i].id == recovery.plan.steps[i].id;
  if (!same) problem.note("status.steps are not the steps of spec.plan");
  if (recovery.plan.stack != recovery.stack) problem.note("spec.plan is a plan of another Stack");
}

}  // namespace

Json to_json(const Recovery& recovery) {
  archive::Writer metadata, spec, status;
  metadata_members(metadata, recovery);
  spec_members(spec, recovery);
  status_members(status, recovery);
  Json json{{"apiVersion", our_api_version},
            {"kind", "Recovery"},
            {"metadata", metadata.take()},
            {"spec", spec.take()},
            {"status", status.take()}};
  if (!recovery.resource_version.empty()) json["metadata"]["resourceVersion"] = recovery.resource_version;
  return json;
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
  archive::Reader spec_reader(spec, "spec", problem);
  spec_members(spec_reader, recovery);
  for (const char* key : {"planDigest", "approval"}) spec_reader.skip(key);
  spec_reader.finish();
  archive::Reader status_reader(status, "status", problem);
  status_members(status_reader, recovery);
  status_reader.skip("conditions");
  status_reader.finish();
  check_steps(recovery, problem);
  if (!problem.text.empty()) return Error{ErrorKind::invalid, "unreadable Recovery: " + problem.text};
  return recovery;
}

}  // namespace refloat
