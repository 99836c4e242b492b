#include "simulation/soak/witness.h"

#include <algorithm>
#include <chrono>
#include <set>

#include "base/base64.h"
#include "journal/crd_journal.h"
#include "journal/recoveries.h"
#include "sim/control_plane.h"
#include "sim/sync_windows.h"
#include "simulation/soak/record_rules.h"

namespace refloat::simulation {

namespace {

// Between the look that an effect is decided on and its sending lie a guard, a journal entry and what a slow server takes.
constexpr Duration fresh_for = std::chrono::minutes(1);

// What a patch carries as its precondition, merged or tested; "" = nothing.
std::string carried(const Json& body, const char* field) {
  if (!body.is_array()) return text_at(body, {"metadata", field});
  const std::string path = std::string("/metadata/") + field;
  for (const Json& part : body) {
    if (text_at(part, {"op"}) == "test" && text_at(part, {"path"}) == path) return text_at(part, {"value"});
  }
  return "";
}

// Verbs on kinds that no recovery ever needs.
bool forbidden(const std::string& verb, const Resource& object) {
  const std::string& kind = object.plural;
  if (kind == "secrets" || kind == "persistentvolumeclaims" || kind == "appprojects" || kind == "namespaces") return true;
  return verb == "delete" && kind == "applications";
}

// What the Stack says of each root cause, read from the object itself: the program's own idea of it is what is on trial.
std::set<std::string> modes_of(const Json& stack, const std::vector<Finding>& causes) {
  std::set<std::string> modes;
  for (const Finding& cause : causes) {
    const std::string own = text_at(stack, {"spec", "modeBySignature", cause.signature.c_str()});
    modes.insert(own.empty() ? text_at(stack, {"spec", "mode"}) : own);
  }
  if (causes.empty()) modes.insert(text_at(stack, {"spec", "mode"}));
  return modes;
}

}  // namespace

bool is_refloat(const std::string& user) {
  return user.starts_with("refloat-");
}

bool is_own(const Resource& object) {
  return object.group == "refloat.dev" || object.plural == "leases" || object.plural == "events" ||
         object.group == "authorization.k8s.io" || object.group == "authentication.k8s.io";
}

void Witness::violation(const std::string& property, const std::string& what) {
  const std::string text = property + ": " + what;
  if (std::find(violations_.begin(), violations_.end(), text) == violations_.end()) violations_.push_back(text);
}

std::optional<Witness::Intent> Witness::intent_for(const std::function<bool(const Effect&)>& fits) const {
  for (const Json& object : stage_.cluster().admin().all("refloat.dev", "recoveries")) {
    const auto recovery = recovery_from_object(object);
    if (!recovery) continue;
    for (const StepRun& step : recovery->steps) {
      for (const Effect& effect : step.effects) {
        if (effect.state == EffectState::intended && fits(effect)) return Intent{*recovery, step.id};
      }
    }
  }
  return std::nullopt;
}

void Witness::check_consent(const std::string& replica, const Told& told, const std::optional<Intent>& intent, const std::string& what) {
  if (!told) return violation("S7", replica + " sent " + what + " although the Stack is gone");
  if (at_path(*told, {"metadata"}).contains("deletionTimestamp"))
    violation("S7", replica + " sent " + what + " although the Stack is being deleted");
  if (!at_path(*told, {"spec", "pauseRequests"}).empty()) violation("S7", replica + " sent " + what + " although the Stack is paused");
  const auto modes = intent ? modes_of(*told, intent->recovery.plan.findings) : modes_of(*told, {});
  const bool approved = intent && is_approved(intent->recovery);
  if (modes.contains("Observe")) violation("S7", replica + " sent " + what + " in mode Observe");
  if (modes.contains("Approve") && !approved) violation("S7", replica + " sent " + what + " in mode Approve, and nobody approved it");
}

std::string Witness::before_effect(const std::string& replica, const Told& told, const std::string& display, const std::string& uid) {
  ++effects_;
  const auto intent =
      intent_for([&](const Effect& effect) { return effect.display == display && (uid.empty() || effect.object_uid == uid); });
  check_consent(replica, told, intent, display);
  if (intent) return intent->recovery.name + " " + intent->step;
  violation("S1", replica + " sent without an intent on record: " + display);
  return "";
}

std::string Witness::before_repair(const std::string& replica, const Told& told, const std::string& database, RepairKind kind) {
  const std::string what = std::string("the repair ") + to_string(kind) + " of " + database;
  ++effects_;
  const auto intent = intent_for([&](const Effect& effect) { return effect.display.starts_with("SQL " + database + ":"); });
  check_consent(replica, told, intent, what);
  check_quiet(what);
  if (intent) return intent->recovery.name + " " + intent->step;
  violation("S1", replica + " sent without an intent on record: " + what);
  return "";
}

void Witness::after_effect(const std::string& key, const std::string& display, const std::string& uid, bool destructive) {
  if (destructive) ++committed_[key + " " + display + " " + uid];
}

void Witness::check_write(const std::string& verb, const Resource& object, const Json& body, const std::string& uid_precondition) {
  if (forbidden(verb, object)) violation("I2", verb + " " + object.path());
  const auto& names = stage_.names();
  const bool ours = (object.ns == names.ns || object.ns == names.argo_ns) && (object.name.empty() || object.name.starts_with(names.prefix));
  if (!ours) violation("S5", verb + " " + object.path() + " is none of the Stack's");
  if (verb == "create" && at_path(body, {"metadata"}).contains("generateName")) violation("S2", "a generated name: " + object.path());
  if (verb == "delete" && uid_precondition.empty()) violation("S3", "a delete without uid: " + object.path());
  if (object.plural == "applications" && body.contains("operation") && window_is_closed(stage_.stack().application(object.name)))
    violation("I6", "a sync of " + object.name + " in a closed window");
  if (verb == "patch" && carried(body, "resourceVersion").empty()) violation("S3", "a patch without resourceVersion: " + object.path());
}

void Witness::has_read(const std::string& replica, const Json& object) {
  auto& reads = reads_[replica];
  for (const char* field : {"uid", "resourceVersion"}) reads[text_at(object, {"metadata", field})] = stage_.cluster().now();
}

void Witness::check_freshness(const std::string& replica, const std::string& display, const Json& body,
                              const std::string& uid_precondition) {
  const auto& reads = reads_[replica];
  for (const std::string& known : {uid_precondition, carried(body, "resourceVersion"), carried(body, "uid")}) {
    const auto read = reads.find(known);
    if (known.empty() || (read != reads.end() && stage_.cluster().now() - read->second <= fresh_for)) continue;
    violation("I3", replica + " sent " + display + " by what it had not read just before");
  }
}

void Witness::check_result(const std::string& display, const Json& before, const Json& after) {
  if (const std::string gone = foreign_finalizers_gone(before, after); !gone.empty()) violation("I9", display + " removed " + gone);
}

bool Witness::window_is_closed(const Json& application) const {
  const std::string name = text_at(application, {"spec", "project"}, "default");
  const Json project = stage_.cluster().admin().find("argoproj.io", "appprojects", stage_.names().argo_ns, name);
  return !project.is_null() && !sim::windows_allow_sync(project, application, true, stage_.cluster().now());
}

// I6: data is not edited while a migration may be at work. An operation that waits for its next try is none.
void Witness::check_quiet(const std::string& what) {
  const Json app = stage_.stack().application(stage_.stack().migrations());
  const std::string phase = text_at(app, {"status", "operationState", "phase"});
  const bool waits = at_path(app, {"status", "operationState"}).contains("finishedAt");
  if (app.contains("operation") && phase == "Running" && !waits) violation("I6", what + " while an operation runs");
  for (const Json& pod : stage_.cluster().admin().all("", "pods")) {
    const bool migrates = text_at(pod, {"metadata", "labels", "job-name"}) == stage_.names().prefix + stage_.names().hook_job;
    if (migrates && text_at(pod, {"status", "phase"}) == "Running") violation("I6", what + " while a pod of the migration runs");
  }
}

void Witness::judge_journal(const std::vector<Recovery>& versions) {
  for (std::size_t i = 0; i < versions.size(); ++i) {
    if (const std::string why = order_fault(versions[i]); !why.empty()) violation("I4", versions[i].name + ": " + why);
    const std::string fault = i == 0 ? "" : journal_fault(versions[i - 1], versions[i]);
    if (!fault.empty()) violation("S6", versions[i].name + ": " + fault);
  }
}

void Witness::judge_records() {
  for (const auto& [key, times] : committed_) {
    if (times > 1) violation("S2", std::to_string(times) + " times: " + key);
  }
  for (const MemoryRepair& repair : databases_.repairs()) {
    if (repair.kind != RepairKind::recreate_dropped_objects && repair.rows != 1)
      violation("S4", std::to_string(repair.rows) + " rows by " + to_string(repair.kind));
  }
  judge_history();
  judge_secrets();
}

// Every version of every Recovery, in the order in which the server stored them.
void Witness::judge_history() {
  std::map<std::string, std::vector<Recovery>> journals;
  std::map<std::string, Recovery> there;
  for (const sim::Change& change : stage_.cluster().api().store().history()) {
    if (change.key.plural != "recoveries") continue;
    const bool deleted = change.type == sim::Change::Type::deleted;
    if (!deleted && change.object->dump().size() > recovery_bytes_max + 4096)
      violation("S6", change.key.name + " is larger than a Recovery may be");
    auto recovery = recovery_from_object(change.object);
    if (!recovery) {
      violation("S6", change.key.name + " cannot be read: " + recovery.error().message);
      continue;
    }
    if (deleted) {
      there.erase(recovery->uid);
      continue;
    }
    there[recovery->uid] = *recovery;
    judge_open(there);
    journals[recovery->uid].push_back(std::move(*recovery));
  }
  for (const auto& [uid, versions] : journals) judge_journal(versions);
  std::vector<Recovery> last;
  for (const auto& [uid, recovery] : there) last.push_back(recovery);
  if (const std::string why = excess(last, Limits{}); !why.empty()) violation("I10", why);
}

void Witness::judge_open(const std::map<std::string, Recovery>& there) {
  std::vector<Recovery> open;
  for (const auto& [uid, recovery] : there) {
    const bool begun =
        std::any_of(recovery.steps.begin(), recovery.steps.end(), [](const StepRun& s) { return s.state != StepState::waiting; });
    if (recovery.verdict == Verdict::running && begun) open.push_back(recovery);
  }
  if (const std::string why = overlap(open); !why.empty()) violation("I5", why);
}

// I8: whatever the program sent anywhere.
void Witness::judge_secrets() {
  std::set<std::string> secrets{stage_.names().password};
  for (const Json& object : stage_.cluster().admin().all("", "secrets")) {
    const std::string encoded = text_at(object, {"data", "password"});
    secrets.insert(encoded);
    secrets.insert(base64_decode(encoded).value_or(""));
  }
  secrets.erase("");
  const std::vector<std::string> all(secrets.begin(), secrets.end());
  for (const sim::AuditEntry& entry : stage_.cluster().audit().all()) {
    if (!is_refloat(entry.user) || entry.body.is_null()) continue;
    if (const std::string where = secret_within(entry.body, all); !where.empty())
      violation("I8", entry.verb + " " + entry.path + " holds a password at " + where);
  }
}

}  // namespace refloat::simulation
