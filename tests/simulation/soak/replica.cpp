#include "simulation/soak/replica.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>

namespace refloat::simulation {

namespace {

using std::chrono::seconds;

constexpr Duration lease_every = seconds(5);
constexpr Duration settle{100};  // events that come together wake once
constexpr Duration restart_takes = seconds(3);
constexpr std::array<std::string_view, 9> watched{"applications", "appprojects",  "jobs",   "pods",      "deployments",
                                                  "replicasets",  "statefulsets", "stacks", "recoveries"};

// A Stack's or Recovery's status is ours: only its spec, or its end, is news.
bool is_news(const sim::Change& change) {
  if (change.key.group != "refloat.dev" || change.before.is_null() || change.type == sim::Change::Type::deleted) return true;
  const auto meta = [](const Json& object, const char* field) { return at_path(object, {"metadata", field}); };
  return meta(change.object, "generation") != meta(change.before, "generation") ||
         meta(change.object, "deletionTimestamp") != meta(change.before, "deletionTimestamp");
}

}  // namespace

// What dies with the process.
struct Replica::Life {
  Life(DemoStage& stage, const Inputs& inputs, const std::string& name, const std::string& identity, PortFaults& faults, Witness& witness,
       int& failed)
      : clock(stage.cluster().clock(), faults),
        kube(stage, name, faults, witness),
        databases(stage, name, faults, witness),
        events(kube, clock, {}),
        lease(kube, clock, {.ns = stage.names().argo_ns, .name = "refloat-controller", .holder = identity}),
        context{Ports{kube, databases, clock}, inputs, events, fleet, {}, identity, [&failed](const TurnReport& report) {
                  failed += report.kind == TurnReport::Kind::failed ? 1 : 0;
                }} {}

  SkewedClock clock;
  FaultyKube kube;
  FaultyDatabases databases;
  EventRecorder events;
  Fleet fleet;
  LeaseLock lease;
  TurnContext context;
  StackMemory memory;
};

Replica::Replica(DemoStage& stage, const Inputs& inputs, const std::string& name, Witness& witness)
    : stage_(stage), inputs_(inputs), name_(name), witness_(witness), next_(stage.cluster().now()) {}

Replica::~Replica() {
  faults_.dead = true;  // the end of a run is no orderly stop
}

void Replica::start() {
  const std::string identity = name_ + "/" + std::to_string(++lives_);
  witness_.starts_anew(name_);
  faults_.dead = false;
  faults_.told = Json::object();
  pace_ = {};
  hurries_ = false;
  life_ = std::make_unique<Life>(stage_, inputs_, name_, identity, faults_, witness_, failed_turns_);
  heard_ = stage_.cluster().api().store().revision();
  lease_due_ = turn_due_ = now();
}

void Replica::turn() {
  const Time began = now();
  const Turn taken = take_turn(life_->context, stage_.names().argo_ns, "temporal-dev", life_->memory);
  life_->events.flush();
  if (taken.gone) {
    turn_due_ = Time::max();
    return;
  }
  // Its own clock may be wrong, but it waits as long as it wanted to.
  const Time wanted = now() + std::max<Duration>(taken.again_at - life_->clock.now(), settle);
  hurries_ = life_->memory.recovery_open;
  if (!hurries_) pace_.spend(began);
  turn_due_ = hurries_ ? wanted : pace_.next(wanted);
}

void Replica::step() {
  if (!life_) start();
  busy_ = true;
  try {
    if (now() >= lease_due_) {
      (void)life_->lease.try_acquire();
      lease_due_ = now() + lease_every;
    }
    if (life_->lease.held() && now() >= turn_due_) turn();
  } catch (const ProcessDied&) {
    life_.reset();
    busy_ = false;
    next_ = now() + restart_takes;
    return;
  }
  busy_ = false;
  next_ = life_->lease.held() ? std::min(turn_due_, lease_due_) : lease_due_;
}

bool Replica::wakes_it(const sim::Change& change, Time at) {
  if (std::find(watched.begin(), watched.end(), change.key.plural) == watched.end()) return false;
  if (!is_news(change)) {
    if (wakes_.own_writes <= 0) return false;
    --wakes_.own_writes;
    witness_.count("own-write-wakes");
    return true;
  }
  if (at < wakes_.deaf_until) {
    witness_.count("events-missed");
    return false;
  }
  if (change.type == sim::Change::Type::deleted && at < wakes_.deaf_to_deletes) {
    witness_.count("delete-missed");
    return false;
  }
  return true;
}

void Replica::hear() {
  if (!life_ || busy_) return;
  const auto& store = stage_.cluster().api().store();
  const Time at = now();
  const bool late = at < wakes_.late_until;
  bool woken = false;
  bool edited = false;
  if (wakes_.woken_for_nothing > 0) {
    --wakes_.woken_for_nothing;
    witness_.count("old-events-delivered");
    woken = true;
  }
  if (store.revision() != heard_) {
    if (late) {
      witness_.count("half-open-connection");
    } else {
      const auto& history = store.history();
      for (auto change = history.rbegin(); change != history.rend() && change->revision > heard_; ++change) {
        if (!wakes_it(*change, at)) continue;
        woken = true;
        edited = edited || (change->key.group == "refloat.dev" && change->type != sim::Change::Type::deleted);
      }
      heard_ = store.revision();
    }
  }
  if (!woken) return;
  const Time due = std::max(at + settle, edited || hurries_ ? at : pace_.next(at));
  turn_due_ = turn_due_ == Time::max() ? due : std::min(turn_due_, due);
  if (life_->lease.held()) next_ = std::min(next_, turn_due_);
}

}  // namespace refloat::simulation
