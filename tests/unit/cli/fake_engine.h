// An Engine whose answers a test chooses, and a Console whose streams it reads.
#pragma once

#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "cli/run.h"
#include "unit/report/samples.h"
#include "unit/support/fake_clock.h"
#include "unit/support/fake_databases.h"
#include "unit/support/fake_kube.h"

namespace refloat::test {

class MemoryJournal final : public Journal {
 public:
  explicit MemoryJournal(std::optional<Recovery>& stored) : stored_(stored) {}
  std::string where() const override { return "memory"; }
  Result<std::optional<Recovery>> unfinished(const std::string&, const std::string&) override { return stored_; }
  Result<> save(Recovery& recovery) override {
    stored_ = recovery;
    return ok();
  }

 private:
  std::optional<Recovery>& stored_;
};

// One invocation: set the answers, call run(), read out, err and code.
struct Program {
  StackDiagnosis found = samples::stack();
  Plan plan = samples::plan({});
  std::optional<Recovery> unfinished;
  Verdict verdict = Verdict::recovered;
  std::optional<Error> connect_error;
  std::optional<Error> diagnose_error;
  std::optional<Error> recover_error;  // of recover and resume
  bool begins = false;                 // a step, before recover_error
  std::string waits_for;               // what a look waits for, if it does
  bool rehearsal_accepted = true;
  bool tty = false;
  std::string input;
  std::vector<std::string> calls;
  std::vector<Stack> seen_stacks;
  bool seen_outside = false;
  std::function<void(FakeKube&)> prepare;
  std::string name = "refloat";
  std::string out, err;

  int run(const std::vector<std::string>& arguments) {
    std::ostringstream out_stream;
    std::ostringstream err_stream;
    std::istringstream in_stream(input);
    Console console{out_stream, err_stream, in_stream};
    console.in_tty = console.err_tty = tty;
    const Engine fake = engine();
    const int code = refloat::run(name, arguments, all_commands(), console, fake);
    out = out_stream.str();
    err = err_stream.str();
    return code;
  }

  [[nodiscard]] bool called(const std::string& call) const { return std::find(calls.begin(), calls.end(), call) != calls.end(); }

 private:
  Result<World> open(const Options&) {
    if (connect_error) return *connect_error;
    World world;
    auto kube = std::make_unique<FakeKube>();
    if (prepare) prepare(*kube);
    world.kube = std::move(kube);
    world.databases = std::make_unique<FakeDatabases>();
    world.clock = std::make_unique<FakeClock>();
    world.cluster = "fake";
    return world;
  }

  void wait(const Ports& ports) const {
    if (!waits_for.empty() && ports.waits) ports.waits(ports.clock.now(), waits_for);
  }

  Result<Diagnosis> diagnose(const Ports& ports, const Inputs& inputs) {
    calls.emplace_back("diagnose");
    wait(ports);
    seen_stacks = inputs.stacks;
    seen_outside = inputs.outside_stacks;
    if (diagnose_error) return *diagnose_error;
    return samples::diagnosis(found);
  }

  Result<Recovery> finish(const std::string& call, const ProgressSink& progress) {
    calls.push_back(call);
    const PlanStep step = samples::step(Phase::migrate, "migrate-1");
    if (begins) progress({Progress::Kind::step_started, samples::now(), nullptr, &step, "begins"});
    if (recover_error) return *recover_error;
    Recovery recovery;
    recovery.name = "temporal-dev-1";
    recovery.stack = "temporal-dev";
    recovery.plan = plan;
    recovery.verdict = verdict;
    progress({Progress::Kind::verdict, samples::now(), &recovery, nullptr, "the end"});
    return recovery;
  }

  Engine engine() {
    Engine fake;
    fake.vocabulary = [] { return Vocabulary{}; };
    fake.built_in_playbooks = [](const Vocabulary&, Diagnostics&) {
      Playbook playbook;
      playbook.name = "fix-it";
      playbook.summary = "Something broke.";
      playbook.signature.id = "something-broke";
      return std::vector<Playbook>{playbook};
    };
    fake.open_world = [this](const Options& options) { return open(options); };
    fake.open_journal = [this](World&, const Stack&) -> Result<std::unique_ptr<Journal>> {
      return std::unique_ptr<Journal>(std::make_unique<MemoryJournal>(unfinished));
    };
    fake.diagnose = [this](Ports& ports, const Inputs& inputs) { return diagnose(ports, inputs); };
    fake.make_plan = [this](Ports& ports, const Inputs& inputs, const Stack&, bool) -> Result<Planned> {
      calls.emplace_back("plan");
      wait(ports);
      seen_stacks = inputs.stacks;
      if (diagnose_error) return *diagnose_error;
      return Planned{found, plan};
    };
    fake.preflight = [this](Ports&, const Inputs&, const Stack&, const Plan&) {
      calls.emplace_back("preflight");
      return std::vector<Rehearsal>{{"migrate-1", "PATCH /x", rehearsal_accepted, "answer"}};
    };
    fake.recover = [this](Ports&, const Inputs&, const Stack&, const Plan&, Journal&, const ProgressSink& progress) {
      return finish("recover", progress);
    };
    fake.resume = [this](Ports&, const Inputs&, const Stack&, Journal&, const ProgressSink& progress) -> Result<std::optional<Recovery>> {
      auto recovery = finish("resume", progress);
      if (!recovery) return recovery.error();
      return std::optional<Recovery>(std::move(*recovery));
    };
    return fake;
  }
};

// A Stack file as a user writes it; returns its path.
std::string stack_file(const std::string& folder, const std::vector<std::string>& names = {"temporal-dev"});

}  // namespace refloat::test
