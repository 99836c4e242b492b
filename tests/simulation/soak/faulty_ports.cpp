#include "simulation/soak/faulty_ports.h"

#include <algorithm>
#include <utility>

#include "model/write.h"
#include "sim/control_plane.h"

namespace refloat::simulation {

namespace {

Error nobody_there() {
  return {ErrorKind::transient, "this process is dead"};
}

// As a process that its machine forgets for a while; counted where another leads by then.
void stand_still(DemoStage& stage, const std::string& replica, PortFaults& faults, Witness& witness) {
  if (faults.pauses <= 0) return;
  --faults.pauses;
  faults.stand_still(faults.pause);
  const Json lease = stage.cluster().admin().find("coordination.k8s.io", "leases", stage.names().argo_ns, "refloat-controller");
  const std::string leader = text_at(lease, {"spec", "holderIdentity"});
  if (!leader.empty() && !leader.starts_with(replica + "/")) witness.count("two-leaders");
}

const char* method_of(const std::string& verb) {
  return verb == "create" ? "POST" : verb == "delete" ? "DELETE" : "PATCH";
}

}  // namespace

FaultyKube::FaultyKube(DemoStage& stage, const std::string& replica, PortFaults& faults, Witness& witness)
    : stage_(stage), replica_(replica), faults_(faults), witness_(witness), kube_(stage.cluster(), replica) {
  kube_.on_crash([this](sim::CrashPoint /*point*/) {
    faults_.dead = true;
    throw ProcessDied{};
  });
}

sim::StoredObject FaultyKube::stored(const Resource& object) const {
  return stage_.cluster().admin().find(object.group, object.plural, object.ns, object.name);
}

template <class T>
Result<T> FaultyKube::noted(Result<T> answer) {
  if (answer) return answer;
  const ErrorKind kind = answer.error().kind;
  const bool trouble = kind != ErrorKind::not_found && kind != ErrorKind::stale && kind != ErrorKind::invalid;
  faults_.errors += trouble ? 1 : 0;
  return answer;
}

Result<Json> FaultyKube::get(const Resource& object) {
  if (faults_.dead) return nobody_there();
  Result<Json> answer = noted(kube_.get(object));
  if (answer) witness_.has_read(replica_, *answer);
  if (object.plural == "stacks") {
    if (answer) faults_.told = *answer;
    if (!answer && answer.error().kind == ErrorKind::not_found) faults_.told.reset();
  }
  return answer;
}

Result<Json> FaultyKube::get_raw(const std::string& path) {
  return faults_.dead ? Result<Json>(nobody_there()) : kube_.get_raw(path);
}

Result<ObjectList> FaultyKube::list(const Resource& resource, const ListOptions& options) {
  if (faults_.dead) return nobody_there();
  ListOptions asked = options;
  if (faults_.page_size > 0) asked.page_size = faults_.page_size;
  Result<ObjectList> answer = noted(kube_.list(resource, asked));
  if (answer) {
    for (const Json& item : answer->items) witness_.has_read(replica_, item);
  }
  return answer;
}

// Somebody deletes it and makes it anew between our look and our write.
void FaultyKube::make_anew(const Resource& object) {
  sim::ApiServer& api = stage_.cluster().api();
  Json old = stored(object);
  if (old.is_null() || (object.plural != "jobs" && object.plural != "deployments")) return;
  --faults_.recreations;
  if (!at_path(old, {"metadata", "finalizers"}).empty())
    api.patch("rival", object, PatchType::merge, {{"metadata", {{"finalizers", nullptr}}}});
  api.remove("rival", object, DeleteOptions{"", "", "Background", false});
  old["metadata"].erase("uid");
  old["metadata"].erase("resourceVersion");
  Resource collection = object;
  collection.name.clear();
  collection.subresource.clear();
  if (api.create("rival", collection, old).ok()) witness_.count("same-name-new-uid");
}

Result<Json> FaultyKube::effect(const char* verb, const Resource& object, const Json& body, const std::string& uid, const Call& call) {
  const std::string display = std::string(method_of(verb)) + " " + object.path();
  witness_.check_write(verb, object, body, uid);
  witness_.check_freshness(replica_, display, body, uid);
  if (object.plural == "applications" && stage_.cluster().argo().patch_latency > Duration(0)) witness_.count("patch-overwrites-terminate");
  const std::string key = witness_.before_effect(replica_, faults_.told, display, uid);
  stand_still(stage_, replica_, faults_, witness_);
  if (faults_.recreations > 0) make_anew(object);
  const std::size_t from = stage_.cluster().audit().size();
  const auto judge = [&] {
    const auto& all = stage_.cluster().audit().all();
    const bool done = std::any_of(all.begin() + static_cast<std::ptrdiff_t>(from), all.end(),
                                  [&](const sim::AuditEntry& e) { return e.user == replica_ && e.changed && e.verb == verb; });
    if (done) witness_.after_effect(key, display, uid, std::string(verb) == "delete");
  };
  try {
    const sim::StoredObject before = stored(object);
    Result<Json> answer = call();
    judge();
    if (answer && std::string(verb) == "patch") witness_.check_result(display, before, *answer);
    return answer;
  } catch (const ProcessDied&) {
    judge();
    throw;
  }
}

Result<Json> FaultyKube::create(const Resource& resource, const Json& body, const WriteOptions& options) {
  if (faults_.dead) return nobody_there();
  const Call call = [&] { return kube_.create(resource, body, options); };
  return is_own(resource) || options.dry_run ? call() : effect("create", resource, body, "", call);
}

Result<Json> FaultyKube::replace(const Resource& object, const Json& body, const WriteOptions& options) {
  if (faults_.dead) return nobody_there();
  if (!is_own(object) && !options.dry_run) witness_.violation("S3", "a whole object is replaced: " + object.path());
  return noted(kube_.replace(object, body, options));
}

Result<Json> FaultyKube::patch(const Resource& object, PatchType type, const Json& body, const WriteOptions& options) {
  if (faults_.dead) return nobody_there();
  const Call call = [&] { return kube_.patch(object, type, body, options); };
  return is_own(object) || options.dry_run ? call() : effect("patch", object, body, "", call);
}

Result<Json> FaultyKube::remove(const Resource& object, const DeleteOptions& options) {
  if (faults_.dead) return nobody_there();
  const Call call = [&] { return kube_.remove(object, options); };
  return is_own(object) || options.dry_run ? call() : effect("delete", object, Json(), options.uid, call);
}

Result<std::string> FaultyKube::logs(const std::string& ns, const std::string& pod, const LogOptions& options) {
  return faults_.dead ? Result<std::string>(nobody_there()) : kube_.logs(ns, pod, options);
}

Result<AccessAnswer> FaultyKube::can_i(const AccessQuestion& question) {
  return faults_.dead ? Result<AccessAnswer>(nobody_there()) : kube_.can_i(question);
}

FaultyDatabases::FaultyDatabases(DemoStage& stage, std::string replica, PortFaults& faults, Witness& witness)
    : stage_(stage), replica_(std::move(replica)), faults_(faults), witness_(witness), databases_(stage.postgres().access()) {}

DatabaseReading FaultyDatabases::read(const DatabaseTarget& target, Time at) {
  DatabaseReading reading = databases_->read(target, at);
  if (now() < faults_.standby_until && reading.reach == Reach::ok) {
    witness_.count("two-primaries");
    reading.in_recovery = true;
  }
  return reading;
}

LoginAnswer FaultyDatabases::try_login(const DatabaseTarget& target, std::string& detail) {
  return databases_->try_login(target, detail);
}

Result<RepairAnswer> FaultyDatabases::carried_out(const DatabaseTarget& target, const RepairRequest& request, const std::string& key) {
  Result<RepairAnswer> answer = databases_->repair(target, request);
  if (answer) witness_.after_effect(key, std::string(to_string(request.kind)) + " " + target.name, "", true);
  return answer;
}

Result<RepairAnswer> FaultyDatabases::struck(const DatabaseTarget& target, const RepairRequest& request, const std::string& key) {
  if (faults_.crashes_before_repair > 0) {
    --faults_.crashes_before_repair;
    witness_.count("crash-before-repair");
    faults_.dead = true;
    throw ProcessDied{};
  }
  if (now() < faults_.locked_until) {
    witness_.count("advisory-lock-stranded");
    return Error{ErrorKind::transient, "another refloat is repairing this database; nothing was changed"};
  }
  if (now() < faults_.standby_until) {
    witness_.count("two-primaries");
    return Error{ErrorKind::invalid, "guard primary: this server is a standby; nothing was changed"};
  }
  if (faults_.commits_unknown > 0) {
    const bool takes_place = faults_.commits_unknown-- % 2 == 1;
    witness_.count("commit-unknown");
    if (takes_place) (void)carried_out(target, request, key);
    return Error{ErrorKind::ambiguous, "COMMIT was sent and not answered: server closed the connection unexpectedly"};
  }
  return carried_out(target, request, key);
}

Result<RepairAnswer> FaultyDatabases::repair(const DatabaseTarget& target, const RepairRequest& request) {
  if (faults_.dead) return nobody_there();
  if (request.rehearse) return databases_->repair(target, request);
  const std::string key = witness_.before_repair(replica_, faults_.told, target.name, request.kind);
  stand_still(stage_, replica_, faults_, witness_);
  Result<RepairAnswer> answer = struck(target, request, key);
  if (faults_.crashes_after_repair > 0) {
    --faults_.crashes_after_repair;
    witness_.count("crash-after-repair");
    faults_.dead = true;
    throw ProcessDied{};
  }
  return answer;
}

}  // namespace refloat::simulation
