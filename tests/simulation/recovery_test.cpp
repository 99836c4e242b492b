// Every playbook that acts, on the simulated cluster and a real PostgreSQL: recovered from its incident, and from a process that dies at
// every boundary of every effect. A new process knows only what API server, journal and database hold. Such a death is no matter of the
// database's: it strikes on the model, and for the first incident, which has a repair among its effects, on a real one as well.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "cli/demo/end_state.h"
#include "simulation/breaks.h"
#include "simulation/run.h"

namespace refloat::simulation {
namespace {

std::string seen(DemoStage& stage) {
  std::string out;
  for (const StateRow& row : state_of(stage)) out += row.what + ": " + row.state + "\n";
  return out;
}

std::vector<std::string> root_causes(const Life& life) {
  std::vector<std::string> out;
  if (!life.planned) return {life.planned.error().message};
  for (const Finding& f : life.planned->plan.findings) out.push_back(f.signature);
  return out;
}

std::string denials(const Life& life) {
  std::string out;
  if (!life.planned) return life.planned.error().message;
  for (const PlanStep& step : life.planned->plan.steps) {
    for (const Decision& d : step.guardrails) {
      if (!d.allowed) out += step.id + " " + d.guardrail + ": " + d.reason + "\n";
    }
  }
  return out;
}

void expect_recovered(DemoStage& stage, const Life& life) {
  ASSERT_TRUE(life.recovery) << life.recovery.error().message << "\n" << denials(life);
  EXPECT_EQ(life.recovery->verdict, Verdict::recovered) << life.recovery->message;
  EXPECT_TRUE(all_good(state_of(stage))) << seen(stage);
}

// No destructive effect twice: rows go once, a Job goes once, a workload restarts once, no Secret, claim or Application is ever touched.
void expect_each_once(const std::vector<std::string>& effects, const std::string& what) {
  std::multiset<std::string> destructive;
  for (const std::string& effect : effects) {
    if (effect.starts_with("repair ") || effect.starts_with("delete ")) destructive.insert(effect);
  }
  for (const std::string& effect : destructive) EXPECT_EQ(destructive.count(effect), 1U) << effect << " " << what;
}

void expect_hands_off(DemoStage& stage, std::size_t from) {
  for (const sim::AuditEntry& entry : stage.cluster().audit().writes_of("refloat", from)) {
    EXPECT_EQ(entry.path.find("/secrets"), std::string::npos) << entry.verb << " " << entry.path;
    EXPECT_EQ(entry.path.find("persistentvolumeclaims"), std::string::npos) << entry.verb << " " << entry.path;
    if (entry.verb == "delete") {
      EXPECT_EQ(entry.path.find("/applications/"), std::string::npos) << entry.path;
    }
  }
}

class Recovers : public ::testing::TestWithParam<Break> {};

TEST_P(Recovers, from_its_incident) {
  const auto stage = healthy_stage();
  ASSERT_TRUE(GetParam().strike(*stage)) << "the incident did not come to pass";
  const std::size_t before = stage->cluster().audit().size();
  Fate fate;
  const Life life = live(*stage, inputs_of(*stage, GetParam().needs), fate);
  EXPECT_THAT(root_causes(life), ::testing::Contains(GetParam().signature));
  expect_recovered(*stage, life);
  expect_each_once(fate.effects, "");
  expect_hands_off(*stage, before);
  EXPECT_FALSE(fate.effects.empty()) << "nothing was done";
}

std::unique_ptr<DemoStage> struck_stage(const Break& incident, Databases databases) {
  auto stage = healthy_stage("argocd", databases);
  EXPECT_TRUE(incident.strike(*stage));
  return stage;
}

// The process dies around effect `index`; another one finishes the work.
void die_and_resume(DemoStage& stage, const Break& incident, std::size_t index, Boundary boundary) {
  const std::string what = "killed " + std::string(to_string(boundary)) + " of effect " + std::to_string(index);
  SCOPED_TRACE(what);
  const std::size_t before = stage.cluster().audit().size();
  const Inputs inputs = inputs_of(stage, incident.needs);
  Fate first;
  first.effect = index;
  first.boundary = boundary;
  ASSERT_TRUE(live(stage, inputs, first).died) << "it did not die";
  stage.cluster().advance(std::chrono::seconds(20));
  Fate second;
  const Life life = live(stage, inputs, second);
  expect_recovered(stage, life);
  std::vector<std::string> all = first.effects;
  all.insert(all.end(), second.effects.begin(), second.effects.end());
  expect_each_once(all, what);
  expect_hands_off(stage, before);
}

// An exit code that says neither failure nor what sanitizers and libraries exit with.
constexpr int copy_is_well = 128;

[[noreturn]] void be_the_copy(const std::function<int()>& body) {
  int result = -1;
  try {
    result = body();
  } catch (...) {  // it must not become the tests that follow
    std::puts("the copy threw");
  }
  std::fflush(nullptr);
  _exit(result >= 0 && result <= 100 && !::testing::Test::HasFailure() ? copy_is_well + result : 1);
}

// What `body` returns in a copy of this process, at most 100: what happens to a stage on the model there does not happen to ours, and to
// make a stage takes longest. -1 = the copy died, or something failed there.
int in_a_copy(const std::function<int()>& body) {
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) be_the_copy(body);
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child) return -1;
  return WIFEXITED(status) && WEXITSTATUS(status) >= copy_is_well ? WEXITSTATUS(status) - copy_is_well : -1;
}

// How many effects an undisturbed run has.
int effects_of(DemoStage& stage, const Break& incident) {
  Fate fate;
  (void)live(stage, inputs_of(stage, incident.needs), fate);
  return static_cast<int>(fate.sent);
}

TEST_P(Recovers, when_killed_at_every_boundary) {
  const auto stage = struck_stage(GetParam(), Databases::model);
  const int effects = in_a_copy([&] { return effects_of(*stage, GetParam()); });
  ASSERT_GT(effects, 0);
  for (int index = 0; index < effects; ++index) {
    for (const Boundary boundary : all_boundaries) {
      const int done = in_a_copy([&] {
        die_and_resume(*stage, GetParam(), static_cast<std::size_t>(index), boundary);
        return 0;
      });
      ASSERT_EQ(done, 0) << "see above";
    }
  }
}

// Once on a real PostgreSQL, whose sessions no copy can share.
TEST(RecoversTheFirst, when_killed_at_every_boundary_beside_a_real_database) {
  const Break& incident = recoverable_breaks().front();
  const auto effects = static_cast<std::size_t>(effects_of(*struck_stage(incident, Databases::real), incident));
  ASSERT_GT(effects, 0U);
  for (std::size_t index = 0; index < effects; ++index) {
    for (const Boundary boundary : all_boundaries) die_and_resume(*struck_stage(incident, Databases::real), incident, index, boundary);
  }
}

std::string test_name(const ::testing::TestParamInfo<Break>& info) {
  std::string name = info.param.name;
  std::replace(name.begin(), name.end(), ' ', '_');
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Incidents, Recovers, ::testing::ValuesIn(recoverable_breaks()), test_name);

// Every shipped playbook that has steps has an incident above.
TEST(Breaks, cover_every_playbook_that_acts) {
  const auto stage = healthy_stage();
  for (const Playbook& playbook : inputs_of(*stage).playbooks) {
    if (playbook.steps.empty()) continue;
    const auto& breaks = recoverable_breaks();
    EXPECT_TRUE(std::any_of(breaks.begin(), breaks.end(), [&](const Break& b) { return b.signature == playbook.signature.id; }))
        << playbook.name << " has no incident";
  }
}

// What must be refused or left alone, and then nothing changes: not in the cluster, not in the databases.
class LeavesAlone : public ::testing::TestWithParam<const char*> {};

TEST_P(LeavesAlone, and_changes_nothing) {
  const auto stage = healthy_stage();
  ASSERT_TRUE(find_incident(GetParam())->strike(*stage));
  const std::size_t before = stage->cluster().audit().size();
  const std::string data = databases_as_text(*stage);
  Fate fate;
  const Life life = live(*stage, inputs_of(*stage), fate);
  ASSERT_TRUE(life.planned) << life.planned.error().message;
  EXPECT_TRUE(life.planned->plan.refused() || life.planned->plan.steps.empty());
  EXPECT_TRUE(fate.effects.empty());
  EXPECT_TRUE(stage->cluster().audit().writes_of("refloat", before).empty())
      << stage->cluster().audit().writes_of("refloat", before)[0].path;
  EXPECT_EQ(databases_as_text(*stage), data);
}

std::string incident_name(const ::testing::TestParamInfo<const char*>& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Incidents, LeavesAlone,
                         ::testing::Values("healthy", "version-reset", "foreign-finalizer", "closed-window", "wrong-password"),
                         incident_name);

TEST(Diagnose, makes_no_write_in_any_incident) {
  for (const Incident& incident : all_incidents()) {
    const auto stage = healthy_stage();
    ASSERT_TRUE(incident.strike(*stage)) << incident.name;
    const std::size_t before = stage->cluster().audit().size();
    const std::string data = databases_as_text(*stage);
    World world = stage->world();
    Ports ports = world.ports();
    const auto diagnosis = diagnose(ports, inputs_of(*stage));
    ASSERT_TRUE(diagnosis) << incident.name << ": " << diagnosis.error().message;
    EXPECT_EQ(diagnosis->stacks.front().findings.empty(), std::string(incident.name) == "healthy") << incident.name;
    EXPECT_TRUE(stage->cluster().audit().writes_of("refloat", before).empty()) << incident.name;
    EXPECT_EQ(databases_as_text(*stage), data) << incident.name;
  }
}

}  // namespace
}  // namespace refloat::simulation
