#include "simulation/pilot.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

#include "cli/demo/end_state.h"
#include "journal/recoveries.h"
#include "simulation/breaks.h"

namespace refloat::simulation {

namespace {

constexpr const char* stack_name = "temporal-dev";

Resource stack_resource(DemoStage& stage) {
  return {"refloat.dev", "v1alpha1", "stacks", stage.names().argo_ns, stack_name, ""};
}

}  // namespace

Pilot::Pilot(DemoStage& stage, Fate* fate, Fleet* fleet, const std::string& identity)
    : stage_(stage),
      world_(stage.world()),
      inputs_(inputs_of(stage)),
      mortal_kube_(fate == nullptr ? nullptr : std::make_unique<MortalKube>(*world_.kube, *fate)),
      mortal_databases_(fate == nullptr ? nullptr : std::make_unique<MortalDatabases>(*world_.databases, *fate)),
      events_(*world_.kube, *world_.clock, {}),
      context_{Ports{fate == nullptr ? *world_.kube : *mortal_kube_,
                     fate == nullptr ? *world_.databases : static_cast<DatabaseAccess&>(*mortal_databases_), *world_.clock},
               inputs_,
               events_,
               fleet == nullptr ? own_fleet_ : *fleet,
               {},
               identity,
               {}} {}

bool Pilot::run(const std::function<bool()>& done, Duration limit) {
  const Time end = stage_.cluster().now() + limit;
  while (stage_.cluster().now() < end) {
    const Turn turn = take_turn(context_, stage_.names().argo_ns, stack_name, memory_);
    events_.flush();
    if (done()) return true;
    if (turn.gone) return false;
    const Duration wait = turn.again_at - stage_.cluster().now();
    stage_.cluster().advance(std::clamp<Duration>(wait, std::chrono::milliseconds(100), std::chrono::seconds(2)));
  }
  return done();
}

void Pilot::run_for(Duration duration) {
  (void)run([] { return false; }, duration);
}

void edit_stack(DemoStage& stage, const Json& spec) {
  World world = stage.world();
  const auto patched = world.kube->patch(stack_resource(stage), PatchType::merge, Json{{"spec", spec}}, {});
  EXPECT_TRUE(patched) << (patched ? "" : patched.error().message);
}

Json stack_object(DemoStage& stage) {
  return stage.cluster().admin().find("refloat.dev", "stacks", stage.names().argo_ns, stack_name);
}

std::vector<Recovery> recoveries_of(DemoStage& stage) {
  World world = stage.world();
  auto list = list_recoveries(*world.kube, stage.names().argo_ns, stack_name);
  EXPECT_TRUE(list) << (list ? "" : list.error().message);
  if (!list) return {};
  EXPECT_TRUE(list->unreadable.empty()) << list->unreadable.front().why;
  return list->recoveries;
}

std::unique_ptr<DemoStage> broken_stage(const char* mode, Databases databases) {
  auto stage = healthy_stage("argocd", databases);
  edit_stack(*stage, {{"mode", mode}});
  EXPECT_TRUE(recoverable_breaks().front().strike(*stage));
  return stage;
}

bool afloat(DemoStage& stage) {
  const auto all = recoveries_of(stage);
  const bool open = std::any_of(all.begin(), all.end(), [](const Recovery& r) { return r.verdict == Verdict::running; });
  return !all.empty() && !open && all_good(state_of(stage));
}

std::vector<std::string> event_reasons(DemoStage& stage) {
  std::vector<std::string> out;
  World world = stage.world();
  const auto events = world.kube->list({"", "v1", "events", stage.names().argo_ns, "", ""}, {});
  EXPECT_TRUE(events) << (events ? "" : events.error().message);
  if (!events) return out;
  for (const Json& event : events->items) {
    if (text_at(event, {"source", "component"}) == "refloat" || text_at(event, {"reportingComponent"}) == "refloat") {
      out.push_back(text_at(event, {"reason"}));
    }
  }
  return out;
}

std::vector<std::string> changes(DemoStage& stage, std::size_t from) {
  std::vector<std::string> out;
  for (const sim::AuditEntry& entry : stage.cluster().audit().writes_of("refloat", from)) {
    const bool own = entry.path.find("refloat.dev") != std::string::npos || entry.path.find("/leases") != std::string::npos ||
                     entry.path.find("/events") != std::string::npos;
    if (!own) out.push_back(entry.verb + " " + entry.path);
  }
  return out;
}

void decide(DemoStage& stage, const Recovery& recovery, const char* decision) {
  World world = stage.world();
  const Json patch{{"spec", {{"approval", {{"decision", decision}, {"planDigest", recovery.plan.digest}, {"by", "a-person"}}}}}};
  const auto patched =
      world.kube->patch({"refloat.dev", "v1alpha1", "recoveries", recovery.ns, recovery.name, ""}, PatchType::merge, patch, {});
  EXPECT_TRUE(patched) << (patched ? "" : patched.error().message);
}

}  // namespace refloat::simulation
