// Values that the report tests share.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"
#include "model/finding.h"
#include "model/plan.h"
#include "report/style.h"

namespace refloat::samples {

inline Time at(const char* text) {
  return *parse_time(text);
}
inline Time now() {
  return at("2025-12-03T11:18:54Z");
}
inline TextStyle style() {
  return {now(), false, "refloat"};
}

inline Finding finding(const std::string& signature, Severity severity = Severity::critical) {
  Finding finding;
  finding.id = signature + "/db";
  finding.signature = signature;
  finding.severity = severity;
  finding.subject = {"Database", "argocd", "default", ""};
  finding.since = at("2025-12-03T10:31:54Z");
  finding.summary = "summary of " + signature;
  finding.evidence = {{"temporal.schema_version", "0.0 (target 1.18)", at("2025-12-03T10:33:02Z")}};
  finding.playbook = "pb-" + signature;
  finding.recoverable = Recoverable::automatic;
  finding.durable_fix = "charts/job.yaml: call setup-schema only once";
  return finding;
}

inline Finding effect(const std::string& signature, const std::string& caused_by) {
  Finding effect = finding(signature, Severity::warning);
  effect.caused_by = caused_by;
  return effect;
}

inline StackDiagnosis stack(std::vector<Finding> findings = {}, std::vector<Finding> suppressed = {}) {
  StackDiagnosis stack;
  stack.name = "temporal-dev";
  stack.ns = "argocd";
  stack.findings = std::move(findings);
  stack.suppressed = std::move(suppressed);
  stack.applications_examined = 3;
  stack.databases_examined = 2;
  return stack;
}

inline Diagnosis diagnosis(StackDiagnosis stack) {
  Diagnosis diagnosis;
  diagnosis.generated_at = now();
  diagnosis.cluster = "https://127.0.0.1:6443";
  diagnosis.stacks = {std::move(stack)};
  return diagnosis;
}

inline PlanStep step(Phase phase, const std::string& id, bool allowed = true) {
  PlanStep step;
  step.phase = phase;
  step.id = id;
  step.action = "argo.sync";
  step.application = "dev-data-migrations-temporal";
  step.describe = "syncs the migrations";
  step.within = std::chrono::minutes(10);
  step.preconditions = {"no operation runs"};
  step.guardrails = {{"mode", allowed, allowed ? "" : "mode Observe allows no effect", std::nullopt},
                     {"freshness", true, "", std::nullopt}};
  return step;
}

inline Plan plan(std::vector<PlanStep> steps) {
  Plan plan;
  plan.stack = "temporal-dev";
  plan.ns = "argocd";
  plan.made_at = now();
  plan.findings = {finding("some-cause")};
  plan.steps = std::move(steps);
  plan.digest = "7d1e000000000000";
  return plan;
}

inline std::vector<std::string> lines(const std::string& text) {
  auto result = split(text, '\n');
  while (!result.empty() && result.back().empty()) result.pop_back();
  return result;
}

inline std::size_t line_with(const std::string& text, const std::string& part) {
  const auto all = lines(text);
  const auto found = std::find_if(all.begin(), all.end(), [&](const std::string& line) { return line.find(part) != std::string::npos; });
  return static_cast<std::size_t>(found - all.begin());
}

}  // namespace refloat::samples
