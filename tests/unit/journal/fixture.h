// Recoveries for tests: a small one, and random ones that fill every member.
#pragma once

#include <random>

#include "model/recovery.h"

namespace refloat::test {

inline Time at(int seconds) {
  return Time(std::chrono::seconds(1764757914 + seconds));
}

inline Recovery small_recovery(const std::string& name = "temporal-dev-1", const std::string& app_uid = "app-uid") {
  Recovery recovery;
  recovery.name = name;
  recovery.ns = "argocd";
  recovery.stack = "temporal-dev";
  recovery.holder = "me";
  recovery.started_at = at(0);
  recovery.plan.stack = recovery.stack;
  recovery.plan.ns = recovery.ns;
  recovery.plan.made_at = at(0);
  Finding finding;
  finding.id = "x/y";
  finding.subject = {"Application", "argocd", "migrations", app_uid};
  recovery.plan.findings = {finding};
  PlanStep step;
  step.id = "repair-1";
  step.phase = Phase::repair;
  recovery.plan.steps = {step};
  StepRun run;
  run.id = step.id;
  recovery.steps = {run};
  return recovery;
}

// Fills every member from a seed, with texts that JSON and terminals find hard.
class RandomRecovery {
 public:
  explicit RandomRecovery(unsigned seed) : random_(seed) {}

  Recovery make() {
    Recovery r = small_recovery();
    r.holder = text();
    r.started_at = time();
    r.finished_at = maybe_time();
    r.verdict = pick({Verdict::running, Verdict::recovered, Verdict::failed, Verdict::aborted, Verdict::refused});
    r.message = text();
    if (coin()) r.resource_version = "17";
    r.plan.ns = text();
    r.plan.made_at = time();
    r.plan.digest = text();
    r.plan.findings = list<Finding>([&] { return finding(); });
    r.plan.suppressed = list<Finding>([&] { return finding(); });
    r.plan.steps = list<PlanStep>([&] { return step(); });
    r.steps.clear();
    for (const PlanStep& s : r.plan.steps) r.steps.push_back(run(s.id));
    return r;
  }

 private:
  unsigned number(unsigned below) { return std::uniform_int_distribution<unsigned>(0, below - 1)(random_); }
  bool coin() { return number(2) == 1; }
  std::string text() {
    static const std::vector<std::string> texts{
        "", "x", "\"quoted\"\\", "line\nbreak\ttab", "grün → ✓", std::string("nul\0byte", 8), "{\"a\":null}"};
    return texts[number(static_cast<unsigned>(texts.size()))] + std::to_string(number(1000));
  }
  Time time() {
    return Time(std::chrono::milliseconds(number(4'000'000'000U))) + (coin() ? std::chrono::hours(400'000) : std::chrono::hours(0));
  }
  std::optional<Time> maybe_time() { return coin() ? std::optional(time()) : std::nullopt; }
  template <class T>
  T pick(std::initializer_list<T> all) {
    return *(all.begin() + number(static_cast<unsigned>(all.size())));
  }
  template <class T, class Make>
  std::vector<T> list(Make make) {
    std::vector<T> items;
    for (unsigned i = number(4); i > 0; --i) items.push_back(make());
    return items;
  }
  std::vector<std::string> texts() {
    return list<std::string>([&] { return text(); });
  }
  ObjectRef ref() { return {text(), text(), text(), text()}; }
  Json json() {
    return pick<Json>(
        {nullptr, true, -7, 18446744073709551615U, 1.5, text(), Json::array({nullptr, 1}), Json{{"a", nullptr}, {"b", {{"c", text()}}}}});
  }
  Finding finding() {
    Finding f;
    f.id = text();
    f.signature = text();
    f.severity = pick({Severity::critical, Severity::warning, Severity::info});
    f.subject = ref();
    f.since = maybe_time();
    f.summary = text();
    f.evidence = list<Evidence>([&] { return Evidence{text(), text(), time()}; });
    f.playbook = text();
    f.recoverable = pick({Recoverable::automatic, Recoverable::approval, Recoverable::no});
    f.durable_fix = text();
    f.caused_by = text();
    f.users_playbook = coin();
    return f;
  }
  Condition condition(int depth) {
    Condition c;
    c.op = depth == 0 ? Condition::Op::fact : pick({Condition::Op::all, Condition::Op::any, Condition::Op::negate, Condition::Op::fact});
    if (coin()) c.mark = {"playbook.yaml", 3, 7};
    if (c.op == Condition::Op::fact) {
      c.fact = text();
      c.params = json();
    } else {
      c.children = list<Condition>([&] { return condition(depth - 1); });
    }
    return c;
  }
  Write write() {
    if (coin()) {
      return SqlWrite{text(),
                      pick({RepairKind::remove_orphaned_metadata_row, RepairKind::insert_metadata_row, RepairKind::rename_version_row,
                            RepairKind::recreate_dropped_objects}),
                      texts(), texts(), text()};
    }
    KubeWrite w;
    w.verb = pick({KubeWrite::Verb::create, KubeWrite::Verb::patch, KubeWrite::Verb::remove});
    w.group = text();
    w.version = text();
    w.plural = text();
    w.subresource = text();
    w.object = ref();
    w.resource_version = text();
    w.patch_type = pick({PatchType::json, PatchType::merge, PatchType::strategic, PatchType::apply});
    w.body = json();
    w.propagation = text();
    w.describe = text();
    return w;
  }
  PlanStep step() {
    PlanStep s;
    s.id = "step-" + std::to_string(++steps_);
    s.phase = pick({Phase::unblock, Phase::repair, Phase::migrate, Phase::restart, Phase::bootstrap, Phase::verify});
    s.action = text();
    s.application = text();
    s.database = text();
    s.params = json();
    if (coin()) s.when = condition(3);
    s.within = Duration(number(10'000'000));
    s.findings = texts();
    s.describe = text();
    s.writes = list<Write>([&] { return write(); });
    s.preconditions = texts();
    s.guardrails = list<Decision>([&] { return Decision{text(), coin(), text(), maybe_time()}; });
    return s;
  }
  StepRun run(const std::string& id) {
    StepRun r;
    r.id = id;
    r.state = pick({StepState::waiting, StepState::running, StepState::done, StepState::skipped, StepState::failed});
    r.started_at = maybe_time();
    r.finished_at = maybe_time();
    r.attempts = static_cast<int>(number(9));
    r.message = text();
    r.effects = list<Effect>([&] { return effect(); });
    return r;
  }
  Effect effect() {
    Effect e;
    e.intended_at = time();
    e.describe = text();
    e.display = text();
    e.object_uid = text();
    e.resource_version = text();
    e.state = pick({EffectState::intended, EffectState::applied, EffectState::stale, EffectState::rejected, EffectState::ambiguous});
    e.answered_at = maybe_time();
    e.outcome = text();
    e.removed = json();
    return e;
  }

  std::mt19937 random_;
  int steps_ = 0;
};

}  // namespace refloat::test
