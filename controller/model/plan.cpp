#include "model/plan.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/json.h"
#include "model/api_version.h"
#include "model/archive.h"
#include "model/decision.h"
#include "model/effective_mode.h"
#include "model/finding.h"
#include "model/plan_archive.h"
#include "model/playbook.h"

namespace refloat {
namespace {

// A step without its phase, which stands around it.
template <class Archive, class Value>
void step_members(Archive& archive, Value& step) {
  archive("id", step.id);
  archive("action", step.action);
  archive("describe", step.describe);
  archive("params", step.params);
  archive("when", step.when);
  archive("within", step.within);
  archive("findings", step.findings);
  archive("writes", step.writes);
  archive("preconditions", step.preconditions);
  archive("guardrails", step.guardrails);
}

Json step_json(const PlanStep& step) {
  archive::Writer writer;
  step_members(writer, step);
  writer("target", Json{{"application", step.application}, {"database", step.database}});
  return writer.take();
}

void read_step(const Json& json, PlanStep& step, const std::string& path, archive::Problem& problem) {
  archive::Reader reader(json, path, problem);
  step_members(reader, step);
  Json target;
  reader("target", target);
  reader.finish();
  archive::Reader parts(target, path + ".target", problem);
  parts("application", step.application);
  parts("database", step.database);
  parts.finish();
}

// Consecutive steps of one phase stand together, in the plan's own order.
Json phases_json(const std::vector<PlanStep>& steps) {
  Json phases = Json::array();
  for (const PlanStep& step : steps) {
    const std::string name = to_string(step.phase);
    if (phases.empty() || phases.back()["name"] != name) phases.push_back({{"name", name}, {"steps", Json::array()}});
    phases.back()["steps"].push_back(step_json(step));
  }
  return phases;
}

std::optional<Phase> phase_named(const std::string& name) {
  const auto* found = std::find_if(std::begin(all_phases), std::end(all_phases), [&](Phase phase) { return name == to_string(phase); });
  return found == std::end(all_phases) ? std::nullopt : std::optional(*found);
}

void read_phase(const Json& json, std::vector<PlanStep>& steps, const std::string& path, archive::Problem& problem) {
  archive::Reader reader(json, path, problem);
  std::string name;
  std::vector<Json> list;
  reader("name", name);
  reader("steps", list);
  reader.finish();
  const std::optional<Phase> phase = phase_named(name);
  if (!phase) return problem.note(path + ".name is no phase");
  for (const Json& each : list) {
    PlanStep& step = steps.emplace_back();
    step.phase = *phase;
    read_step(each, step, path + ".steps[" + step.id + "]", problem);
  }
}

template <class Archive, class Value>
void plan_members(Archive& archive, Value& plan) {
  archive("stack", plan.stack);
  archive("namespace", plan.ns);
  archive("madeAt", plan.made_at);
  archive("findings", plan.findings);
  archive("suppressed", plan.suppressed);
  archive("digest", plan.digest);
  archive.defaulted("targets", plan.targets);
  archive.defaulted("sources", plan.sources);
  archive.defaulted("playbooks", plan.playbooks);
}

const char* key_of(Condition::Op op) {
  switch (op) {
    case Condition::Op::all: return "all";
    case Condition::Op::any: return "any";
    case Condition::Op::negate: return "not";
    case Condition::Op::fact: return "fact";
  }
  return "?";
}

std::optional<Condition::Op> op_of(const Json& json) {
  for (const Condition::Op op : {Condition::Op::all, Condition::Op::any, Condition::Op::negate, Condition::Op::fact}) {
    if (json.is_object() && json.contains(key_of(op))) return op;
  }
  return std::nullopt;
}

}  // namespace

bool Plan::refused() const {
  return std::any_of(steps.begin(), steps.end(), [](const PlanStep& step) { return !all_allow(step.guardrails); });
}

namespace {

bool same_condition(const Condition& a, const Condition& b) {
  return a.op == b.op && a.fact == b.fact && a.params == b.params &&
         std::equal(a.children.begin(), a.children.end(), b.children.begin(), b.children.end(), same_condition);
}

bool same_step(const PlanStep& a, const PlanStep& b) {
  if (a.when.has_value() != b.when.has_value() || (a.when && !same_condition(*a.when, *b.when))) return false;
  return a.id == b.id && a.phase == b.phase && a.action == b.action && a.application == b.application && a.database == b.database &&
         a.params == b.params && a.within == b.within && a.findings == b.findings;
}

bool same_cause(const Finding& a, const Finding& b) {
  return a.id == b.id && a.signature == b.signature && a.playbook == b.playbook && a.recoverable == b.recoverable &&
         a.users_playbook == b.users_playbook;
}

// What a user's Playbook hides decides over the mode and the approval as well, so leaving it out makes another plan.
bool same_causes(const Plan& a, const Plan& b) {
  const auto x = deciding(a.findings, a.suppressed), y = deciding(b.findings, b.suppressed);
  return std::equal(x.begin(), x.end(), y.begin(), y.end(),
                    [](const Finding* one, const Finding* other) { return same_cause(*one, *other); });
}

}  // namespace

bool same_work(const Plan& a, const Plan& b) {
  return a.digest == b.digest && a.targets == b.targets && a.sources == b.sources && a.playbooks == b.playbooks && a.ns == b.ns &&
         a.stack == b.stack && same_causes(a, b) && std::equal(a.steps.begin(), a.steps.end(), b.steps.begin(), b.steps.end(), same_step);
}

std::size_t writes_of(const Plan& plan) {
  std::size_t writes = 0;
  for (const PlanStep& step : plan.steps) writes += step.writes.size();
  return writes;
}

Json write_value(const Condition& condition) {
  archive::Writer writer;
  if (condition.op == Condition::Op::fact) {
    writer("fact", condition.fact);
    writer("params", condition.params);
  } else {
    writer(key_of(condition.op), condition.children);
  }
  if (condition.mark.line == 0) return writer.take();  // of an object: it says nothing, and there may be thousands
  writer("mark", Json{{"file", condition.mark.file}, {"line", condition.mark.line}, {"column", condition.mark.column}});
  return writer.take();
}

void read_value(const Json& json, Condition& condition, const std::string& path, archive::Problem& problem) {
  archive::Reader reader(json, path, problem);
  const std::optional<Condition::Op> op = op_of(json);
  if (!op) return problem.note(path + " is no condition");
  condition.op = *op;
  if (*op == Condition::Op::fact) {
    reader("fact", condition.fact);
    reader("params", condition.params);
  } else {
    reader(key_of(*op), condition.children);
  }
  std::optional<Json> mark;
  reader("mark", mark);
  reader.finish();
  if (!mark) return;
  archive::Reader place(*mark, path + ".mark", problem);
  place("file", condition.mark.file);
  place("line", condition.mark.line);
  place("column", condition.mark.column);
  place.finish();
}

Json write_value(const Decision& decision) {
  archive::Writer writer;
  writer("name", decision.guardrail);
  writer("verdict", std::string(decision.allowed ? "allow" : "deny"));
  writer("reason", decision.reason);
  writer("retryAt", decision.retry_at);
  return writer.take();
}

void read_value(const Json& json, Decision& decision, const std::string& path, archive::Problem& problem) {
  archive::Reader reader(json, path, problem);
  std::string verdict;
  reader("name", decision.guardrail);
  reader("verdict", verdict);
  reader("reason", decision.reason);
  reader("retryAt", decision.retry_at);
  reader.finish();
  if (verdict != "allow" && verdict != "deny") problem.note(path + ".verdict is neither allow nor deny");
  decision.allowed = verdict == "allow";
}

Json write_value(const Plan& plan) {
  archive::Writer writer;
  writer("apiVersion", std::string(our_api_version));
  writer("kind", std::string("Plan"));
  plan_members(writer, plan);
  writer("phases", phases_json(plan.steps));
  return writer.take();
}

void read_value(const Json& json, Plan& plan, const std::string& path, archive::Problem& problem) {
  archive::Reader reader(json, path, problem);
  std::string api_version, kind;
  std::vector<Json> phases;
  reader("apiVersion", api_version);
  reader("kind", kind);
  plan_members(reader, plan);
  reader("phases", phases);
  reader.finish();
  if (api_version != our_api_version || kind != "Plan") problem.note(path + " is no " + our_api_version + " Plan");
  for (const Json& phase : phases) read_phase(phase, plan.steps, path + ".phases", problem);
}

std::string digest_of_users_playbooks(const Plan& plan, const std::vector<Playbook>& playbooks) {
  Json users = Json::array();
  for (const Finding& finding : plan.findings) {
    const auto found = std::find_if(playbooks.begin(), playbooks.end(),
                                    [&](const Playbook& each) { return !each.ns.empty() && each.name == finding.playbook; });
    if (found != playbooks.end()) users.push_back({found->ns, found->name, found->digest});
  }
  return users.empty() ? "" : sha256_hex(users.dump());
}

Json to_json(const Plan& plan) {
  return write_value(plan);
}

}  // namespace refloat
