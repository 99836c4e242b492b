#include "simulation/soak/scene.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <numeric>

#include "cli/demo/end_state.h"
#include "cli/world.h"
#include "journal/recoveries.h"
#include "sim/control_plane.h"
#include "simulation/soak/fault_rows.h"
#include "simulation/soak/troubles.h"

namespace refloat::simulation {

namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr const char* stack_name = "temporal-dev";
constexpr Duration person_every = seconds(20);
constexpr Duration settles_within = minutes(60);  // after the last fault: a Lease of a dead holder, an operation's and a step's time
constexpr Duration gives_up_within = std::chrono::hours(4);  // under a fault that does not end: as many recoveries as may fail in a row
constexpr Duration stable_for = minutes(6);                  // longer than a resync
constexpr Duration told_within = minutes(6);                 // a status that was refused is told at the next resync
constexpr std::size_t requests_max = 900;                    // of one replica while nothing happens
constexpr std::size_t requests_per_change = 15;              // more where others change something: a look follows
constexpr std::size_t changes_max = 80;                      // as often as the pace allows

bool is_effect_path(const std::string& path) {
  return path.find("refloat.dev") == std::string::npos && path.find("/leases") == std::string::npos &&
         path.find("/events") == std::string::npos && path.find("/selfsubject") == std::string::npos;
}

}  // namespace

Prepared prepare() {
  Prepared prepared;
  prepared.databases = std::make_shared<MemoryServer>();
  auto stage = DemoStage::start(prepared.databases, {});
  if (!stage) {
    std::fprintf(stderr, "%s\n", stage.error().message.c_str());
    std::abort();
  }
  prepared.stage = std::move(*stage);
  return prepared;
}

Scene::Scene(Prepared& prepared, const std::vector<Playbook>& playbooks, const SeedCase& chosen)
    : stage_(*prepared.stage), databases_(*prepared.databases), chosen_(chosen), dice_(chosen.seed + 77), witness_(stage_, databases_) {
  inputs_.playbooks = playbooks;
  for (const std::string& entry : stage_.addresses())
    inputs_.probe.addresses[entry.substr(0, entry.find('='))] = entry.substr(entry.find('=') + 1);
}

Json Scene::stack() const {
  return stage_.cluster().admin().find("refloat.dev", "stacks", stage_.names().argo_ns, stack_name);
}

void Scene::at(Duration from_start, std::function<void()> act) {
  strikes_.push_back({began_ + from_start, std::move(act)});
}

void Scene::set_up() {
  if (chosen_.second != chosen_.incident) (void)troubles()[chosen_.second].strike(stage_);
  Json allow{"deleteRows"};
  for (const std::size_t incident : {chosen_.incident, chosen_.second}) {
    for (const Permission permission : troubles()[incident].needs) allow.push_back(to_string(permission));
  }
  stage_.cluster().admin().patch(stack(), {{"spec", {{"mode", chosen_.mode}, {"modeBySignature", chosen_.modes}, {"allow", allow}}}});
  began_ = now();
  person_due_ = began_ + person_every;
  for (int i = 0; i < chosen_.replicas; ++i)
    replicas_.push_back(std::make_unique<Replica>(stage_, inputs_, std::string("refloat-") + static_cast<char>('a' + i), witness_));
  for (const auto& replica : replicas_) {
    replica->ports().stand_still = [this](Duration pause) { play_until(now() + pause); };
  }
  plan_faults();
}

void Scene::plan_faults() {
  for (const PlannedFault& fault : chosen_.faults) plan(fault);
  if (!chosen_.for_ever) at(chosen_.faults_end, [this] { end_faults(); });
  std::stable_sort(strikes_.begin(), strikes_.end(), [](const Strike& a, const Strike& b) { return a.at > b.at; });
}

void Scene::plan(const PlannedFault& fault) {
  const FaultRow& row = fault_rows()[fault.row];
  Replica& replica = *replicas_[dice_.roll(replicas_.size())];
  switch (row.means) {
    case Means::wire: return plan_wire(fault, *row.wire);
    case Means::port: return plan_port(fault, row.name, replica);
    case Means::wake: return plan_wake(fault, row.name, replica);
    case Means::outside: return plan_outside(fault, row.name);
    case Means::impossible: return;
  }
}

void Scene::plan_wire(const PlannedFault& fault, sim::Fault kind) {
  const bool at_effects = kind == sim::Fault::crash_after_intent || kind == sim::Fault::crash_after_effect ||
                          kind == sim::Fault::conflict_storm || kind == sim::Fault::object_deleted_meanwhile;
  const bool crash =
      kind == sim::Fault::crash_before_intent || kind == sim::Fault::crash_after_intent || kind == sim::Fault::crash_after_effect;
  const bool reads_back = kind == sim::Fault::own_write_unseen || kind == sim::Fault::list_goes_back;
  const int times = crash || kind == sim::Fault::object_deleted_meanwhile ? std::min(fault.times, 2) : fault.times;
  const auto matches = [at_effects, reads_back](const sim::FaultPoint& point) {
    if (!is_refloat(point.user) || (at_effects && !is_effect_path(point.path))) return false;
    // Reads of Leases and of our own kinds are consistent reads: etcd answers them, no cache of ours or the server's does.
    return !reads_back || is_effect_path(point.path);
  };
  at(fault.at, [this, kind, times, matches] {
    stage_.cluster().faults().arm(kind, times, matches);
    if (kind == sim::Fault::gone_in_mid_list) {
      for (const auto& replica : replicas_) replica->ports().page_size = 1;
    }
  });
}

void Scene::plan_port(const PlannedFault& fault, const std::string& name, Replica& replica) {
  PortFaults& ports = replica.ports();
  const int times = std::min(fault.times, 3);
  if (name == "crash-before-repair") at(fault.at, [&ports] { ports.crashes_before_repair = 1; });
  if (name == "crash-after-repair") at(fault.at, [&ports] { ports.crashes_after_repair = 1; });
  if (name == "same-name-new-uid") at(fault.at, [&ports, times] { ports.recreations = times; });
  if (name == "commit-unknown") at(fault.at, [&ports, times] { ports.commits_unknown = times; });
  if (name == "advisory-lock-stranded") at(fault.at, [this, &ports, fault] { ports.locked_until = now() + fault.lasts; });
  if (name == "two-primaries") at(fault.at, [this, &ports, fault] { ports.standby_until = now() + fault.lasts; });
  if (name == "two-leaders") {
    // Half of them outlive the Stack's own Lease too.
    const Duration pause = dice_.chance(50) ? seconds(20) + fault.lasts : Duration(minutes(16));
    at(fault.at, [&ports, pause] {
      ports.pauses = 1;
      ports.pause = pause;
    });
  }
  if (name == "clock-jump") {
    const Duration skew = dice_.within(minutes(20)) - minutes(10);
    at(fault.at, [this, &ports, skew] {
      witness_.count("clock-jump");
      ports.skew = skew;
    });
    at(fault.at + fault.lasts, [&ports] { ports.skew = Duration{0}; });
  }
}

void Scene::plan_wake(const PlannedFault& fault, const std::string& name, Replica& replica) {
  WakeFaults& wakes = replica.wakes();
  if (name == "events-missed") at(fault.at, [this, &wakes, fault] { wakes.deaf_until = now() + fault.lasts; });
  if (name == "delete-missed") at(fault.at, [this, &wakes, fault] { wakes.deaf_to_deletes = now() + fault.lasts; });
  if (name == "half-open-connection") at(fault.at, [this, &wakes] { wakes.late_until = now() + minutes(1); });
  if (name == "old-events-delivered") at(fault.at, [&wakes, fault] { wakes.woken_for_nothing = fault.times; });
  if (name == "own-write-wakes") at(fault.at, [&wakes, fault] { wakes.own_writes = fault.times; });
}

void Scene::plan_outside(const PlannedFault& fault, const std::string& name) {
  sim::Cluster& cluster = stage_.cluster();
  const auto& names = stage_.names();
  const auto counted = [this, name] { witness_.count(fault_rows()[row_of(name.c_str())].name); };
  const auto hook = [this, &names] { return stage_.cluster().admin().find("batch", "jobs", names.ns, names.prefix + names.hook_job); };
  if (name == "right-lost") {  // counted by what was refused
    static const char* const kinds[] = {"applications", "jobs", "pods", "recoveries", "stacks", "leases", "secrets", "deployments"};
    const std::string kind = kinds[dice_.roll(std::size(kinds))];
    at(fault.at, [&cluster, kind] {
      for (const char* user : {"refloat-a", "refloat-b"}) cluster.api().access().deny({user, "", "", kind, "", ""});
    });
    at(fault.at + fault.lasts, [&cluster] { cluster.api().access().clear(); });
  }
  if (name == "patch-overwrites-terminate") {
    at(fault.at, [&cluster] { cluster.argo().patch_latency = Duration(400); });
    at(fault.at + fault.lasts, [&cluster] { cluster.argo().patch_latency = Duration(0); });
  }
  if (name == "job-expired-unseen") {
    at(fault.at, [this, counted, &names] {
      for (const Json& job : stage_.cluster().admin().all("batch", "jobs")) {
        const bool over = int_at(job, {"status", "succeeded"}) > 0 || int_at(job, {"status", "failed"}) > 0;
        if (!over || sim::ns_of(job) != names.ns) continue;
        stage_.cluster().admin().remove(job, "Background");
        counted();
      }
    });
  }
  if (name == "foreign-finalizer") {
    at(fault.at, [this, counted, hook] {
      if (hook().is_null() || sim::is_deleting(hook())) return;
      stage_.stack().hold_hook("backup.example.com/keep");
      counted();
    });
    at(fault.at + fault.lasts, [this, hook] {
      if (!hook().is_null()) stage_.cluster().admin().remove_finalizer(hook(), "backup.example.com/keep");
    });
  }
  if (name == "hook-gone") {
    at(fault.at, [this, counted, hook] {
      if (hook().is_null()) return;
      stage_.stack().remove_hook();
      counted();
    });
  }
  if (name == "stack-deleted") {
    at(fault.at, [this, counted] {
      if (stack().is_null()) return;
      stage_.cluster().admin().remove(stack(), "Background");
      counted();
    });
  }
  if (name == "recovery-deleted") {
    at(fault.at, [this, counted] {
      for (const Json& object : stage_.cluster().admin().all("refloat.dev", "recoveries")) {
        stage_.cluster().admin().remove(object, "Background");
        counted();
      }
    });
  }
  if (name == "database-away") {
    at(fault.at, [this, counted] {
      databases_.set_up(false);
      counted();
    });
    at(fault.at + fault.lasts, [this] { databases_.set_up(true); });
  }
  if (name == "person-pauses") {
    at(fault.at, [this, counted] {
      if (stack().is_null()) return;
      stage_.cluster().admin().patch(stack(), {{"spec", {{"pauseRequests", {"a-person: looking into it"}}}}});
      counted();
    });
    at(fault.at + fault.lasts, [this] {
      if (!stack().is_null()) stage_.cluster().admin().patch(stack(), {{"spec", {{"pauseRequests", nullptr}}}});
    });
  }
  if (name == "argo-restarts") {
    at(fault.at, [&cluster, counted] {
      cluster.set_running("argo", false);
      counted();
    });
    at(fault.at + fault.lasts, [&cluster] {
      cluster.restart_argo();
      cluster.set_running("argo", true);
    });
  }
}

void Scene::end_faults() {
  sim::Cluster& cluster = stage_.cluster();
  for (const FaultRow& row : fault_rows()) {
    if (row.wire) cluster.faults().disarm(*row.wire);
  }
  cluster.api().access().clear();
  for (const auto& replica : replicas_) {
    PortFaults& ports = replica->ports();
    ports.skew = Duration{0};
    ports.page_size = 0;
    ports.crashes_before_repair = ports.crashes_after_repair = ports.pauses = ports.recreations = ports.commits_unknown = 0;
    ports.locked_until = ports.standby_until = Time{};
    replica->wakes() = {};
  }
}

// A foreign finalizer, a pause, a stopped Argo CD or database end with their own strikes, which may come after the end of the faults.
void Scene::play_until(Time end) {
  while (now() < end) {
    if (!strikes_.empty() && strikes_.back().at <= now()) {
      const auto act = std::move(strikes_.back().act);
      strikes_.pop_back();
      act();
      continue;
    }
    if (now() >= person_due_) person_looks();
    Replica* due = nullptr;
    Time next = std::min(end, now() + seconds(1));
    if (!strikes_.empty()) next = std::min(next, strikes_.back().at);
    for (const auto& replica : replicas_) {
      replica->hear();
      if (replica->next() >= next) continue;
      next = replica->next();
      due = replica.get();
    }
    if (next > now()) stage_.cluster().advance(next - now());
    if (due != nullptr && due->next() <= now()) due->step();
  }
}

void Scene::person_looks() {
  person_due_ = now() + person_every;
  if (chosen_.person == Person::is_away) return;
  for (const sim::StoredObject& object : stage_.cluster().admin().all("refloat.dev", "recoveries")) {
    sim::StoredObject& known = read_by_person_[text_at(object, {"metadata", "uid"})];
    if (known.same(object)) continue;  // and waits for nobody
    const auto recovery = recovery_from_object(object);
    if (!recovery || phase_of(*recovery) != "AwaitingApproval") {
      known = object;
      continue;
    }
    const char* decision = chosen_.person == Person::approves ? "approve" : "reject";
    stage_.cluster().admin().patch(
        object, {{"spec", {{"approval", {{"decision", decision}, {"planDigest", recovery->plan.digest}, {"by", "a-person"}}}}}});
  }
}

// Whether nothing may have been done about what was found.
bool Scene::may_observe() const {
  const auto observes = [](const auto& each) { return each.second == "Observe"; };
  return chosen_.mode == "Observe" || std::any_of(chosen_.modes.begin(), chosen_.modes.end(), observes);
}

// Of what a recovery would have mended. Where somebody took a Job, an Application or a Recovery away, or Argo CD was away for longer than a
// step may take (then the Recovery says so), an Application may stay as its last operation left it: no signature is about that, as long as
// the databases hold what the Job was for. None may hang.
std::string Scene::what_is_wrong() const {
  const auto struck = [this](const char* fault) { return witness_.fired().contains(fault) && witness_.fired().at(fault) > 0; };
  const bool taken_away = struck("job-expired-unseen") || struck("recovery-deleted") || struck("argo-restarts") ||
                          stage_.cluster().faults().fired(sim::Fault::object_deleted_meanwhile) > 0;
  const auto is_over = [this](const std::string& name) {
    const Json app = stage_.stack().application(name);
    const std::string phase = text_at(app, {"status", "operationState", "phase"});
    return !app.contains("operation") && phase != "Running" && phase != "Terminating";
  };
  const std::string prefix = "Application ";
  std::string wrong;
  for (const StateRow& row : state_of(stage_)) {
    const bool excused = taken_away && row.what.starts_with(prefix) && is_over(row.what.substr(prefix.size()));
    if (!row.good && !excused) wrong += (wrong.empty() ? "" : "; ") + row.what + ": " + row.state;
  }
  return wrong;
}

// L1: it floats, or it says why it does not and whom it waits for.
bool Scene::settled(std::string& ending) {
  const Json object = stack();
  if (object.is_null()) {
    ending = "Deleted";
    return true;
  }
  const std::string state = text_at(object, {"status", "state"});
  ending = state;
  if (state == "Afloat") return may_observe() || what_is_wrong().empty();
  if (state == "Waiting") return chosen_.person == Person::is_away;
  return state == "Parked" || (state == "Aground" && may_observe());
}

bool Scene::play_until_settled(Time end) {
  while (now() < end) {
    play_until(std::min(end, now() + seconds(10)));
    if (strikes_.empty() && settled(ending_)) return true;
  }
  return false;
}

// What a status says, but for when: of what would have been done in mode Observe it notes once in ten minutes that it still would be.
Json Scene::told() const {
  Json status = at_path(stack(), {"status"});
  if (!status.is_object()) return status;
  status.erase("diagnosedAt");
  if (!status.contains("shadow")) return status;
  for (Json& each : status["shadow"]) each.erase("lastSeen");
  return status;
}

// L2: then nothing is written, and little is asked. What was done after all; "" = nothing.
std::string Scene::unrest() {
  const Json told_before = told();
  int notes_left = may_observe() ? 1 : 0;
  const std::size_t from = stage_.cluster().audit().size();
  const std::size_t effects = witness_.effects();
  play_until(now() + stable_for);
  std::string what;
  std::map<std::string, std::size_t> requests;
  std::size_t changes = 0;
  const auto& all = stage_.cluster().audit().all();
  for (std::size_t i = from; i < all.size(); ++i) {
    const sim::AuditEntry& entry = all[i];
    if (!is_refloat(entry.user)) {
      changes += entry.mutating() && entry.changed ? 1 : 0;
      continue;
    }
    ++requests[entry.user];
    const bool lease = entry.path.find("/leases") != std::string::npos;
    if (!entry.mutating() || !entry.changed || lease) continue;
    if (entry.path.ends_with("/stacks/temporal-dev/status") && notes_left-- > 0 && told() == told_before) continue;
    what = "while " + ending_ + ": " + entry.verb + " " + entry.path;
  }
  const std::size_t allowed = requests_max + requests_per_change * std::min(changes, changes_max);
  for (const auto& [user, count] : requests) {
    if (count > allowed) what = user + " sent " + std::to_string(count) + " requests while " + ending_;
  }
  return witness_.effects() == effects ? what : "effects while " + ending_;
}

// What is parked may be waited for by time as well as by a person: then it goes on, and comes to rest later.
void Scene::judge_end() {
  const Time deadline = now() + settles_within;
  while (play_until_settled(deadline)) {
    play_until(now() + told_within);
    if (!settled(ending_)) continue;
    const Json before = told();
    const std::string what = unrest();
    if (what.empty()) return;
    // Where nobody may act the world goes on, and an operation that began before comes of age: that is news.
    if (may_observe() && told() != before && now() < deadline) continue;
    if (ending_ != "Parked" || now() >= deadline) return witness_.violation("L2", what);
  }
  const Json object = stack();
  witness_.violation("L1", "it is " + (ending_.empty() ? "silent" : ending_) + " an hour after the last fault: " +
                               at_path(object, {"status", "conditions"}).dump() + " " + what_is_wrong());
}

int Scene::alarms() const {
  return std::accumulate(replicas_.begin(), replicas_.end(), 0, [](int sum, const auto& replica) { return sum + replica->alarms(); });
}

// L3: it floats all the same, it says why it does not or what it may not see, or what a person watches besides the Stacks raises an alarm.
void Scene::judge_under_fault() {
  const auto told_or_settled = [this] {
    if (settled(ending_)) return true;
    return ending_ == "Unknown" && at_path(stack(), {"status", "conditions"}).dump().find("NotExamined") != std::string::npos;
  };
  const Time deadline = now() + gives_up_within;
  while (now() < deadline && !told_or_settled()) play_until(now() + seconds(10));
  const int before = alarms();
  play_until(now() + told_within);
  if (told_or_settled() || alarms() > before) return;
  witness_.violation("L3", "it is " + (ending_.empty() ? "silent" : ending_) + " under a fault that does not end: " +
                               at_path(stack(), {"status", "conditions"}).dump() + " " + what_is_wrong());
}

// I6, I9, S7: what is well, and what only people can end, is left alone; but for what somebody did to it besides.
void Scene::judge_restraint() {
  const bool none_to_mend = chosen_.incident == 0 || !troubles()[chosen_.incident].recoverable;
  if (!none_to_mend || chosen_.second != chosen_.incident) return;
  if (witness_.effects() == 0 && databases_.repairs().empty()) return;
  if (stage_.cluster().faults().fired(sim::Fault::object_deleted_meanwhile) > 0) return;
  const auto strikes = [](const PlannedFault& fault) {
    const std::string name = fault_rows()[fault.row].name;
    return name == "job-expired-unseen" || name == "hook-gone" || name == "foreign-finalizer" || name == "database-away";
  };
  if (std::none_of(chosen_.faults.begin(), chosen_.faults.end(), strikes))
    witness_.violation("S7", "effects although the incident is " + troubles()[chosen_.incident].name);
}

std::uint64_t Scene::trace() const {
  std::uint64_t hash = 1469598103934665603ULL;
  const auto mix = [&hash](const std::string& text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  };
  for (const sim::AuditEntry& entry : stage_.cluster().audit().all()) {
    mix(entry.user + entry.verb + entry.path + std::to_string(entry.status) + std::to_string(entry.at.time_since_epoch().count()));
    if (entry.mutating()) mix(entry.body->dump());
  }
  for (const MemoryRepair& repair : databases_.repairs()) mix(repair.database + to_string(repair.kind) + std::to_string(repair.rows));
  for (const auto& [fault, times] : witness_.fired()) mix(fault + std::to_string(times));
  mix(ending_);
  return hash;
}

Verdicts Scene::run() {
  set_up();
  play_until(began_ + chosen_.faults_end);
  chosen_.for_ever ? judge_under_fault() : judge_end();
  judge_restraint();
  witness_.judge_records();
  Verdicts verdicts{witness_.violations(), witness_.fired(), ending_, trace()};
  for (const FaultRow& row : fault_rows()) {
    if (row.wire) verdicts.fired[row.name] = stage_.cluster().faults().fired(*row.wire);
  }
  const auto& all = stage_.cluster().audit().all();
  verdicts.fired["right-lost"] = static_cast<int>(
      std::count_if(all.begin(), all.end(), [](const sim::AuditEntry& entry) { return entry.status == 403 && is_refloat(entry.user); }));
  return verdicts;
}

}  // namespace refloat::simulation
