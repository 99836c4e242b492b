#include "plan/make_plan.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "base/json.h"
#include "base/time.h"
#include "model/application.h"
#include "model/effective_mode.h"
#include "model/evidence.h"
#include "model/finding.h"
#include "model/plan.h"
#include "model/playbook.h"
#include "model/snapshot.h"
#include "model/stack.h"
#include "model/vocabulary.h"

namespace refloat {

namespace {

const Playbook* playbook_of(const Finding& finding, const std::vector<Playbook>& playbooks) {
  const auto found = std::find_if(playbooks.begin(), playbooks.end(), [&](const Playbook& p) { return p.name == finding.playbook; });
  return found == playbooks.end() ? nullptr : &*found;
}

std::string role_of_subject(const Finding& finding, const Stack& stack) {
  return finding.subject.kind == "Application" ? stack.role_of(finding.subject.name) : std::string();
}

bool wanted_for(const StepSpec& spec, const Finding& finding, const Stack& stack) {
  if (spec.for_roles.empty()) return true;
  const std::string role = role_of_subject(finding, stack);
  return std::find(spec.for_roles.begin(), spec.for_roles.end(), role.empty() ? "none" : role) != spec.for_roles.end();
}

// The Application a step acts on: the named role's, or the finding's own subject. False = the Stack has no such role.
bool resolve_application(const StepSpec& spec, const Finding& finding, const Stack& stack, std::string& application) {
  if (!spec.role.empty()) {
    const auto found = stack.applications.find(spec.role);
    if (found == stack.applications.end()) return false;
    application = found->second;
    return true;
  }
  if (finding.subject.kind == "Application") application = finding.subject.name;
  return true;
}

bool same_target(const PlanStep& a, const PlanStep& b) {
  if (a.phase != b.phase || a.action != b.action) return false;
  if (a.phase == Phase::verify) return true;
  return a.application == b.application && a.database == b.database && a.params == b.params;
}

// The union of two lists of goals, first come first.
void unite_goals(Json& into, const Json& from) {
  for (const Json& name : at_path(from, {"expect"})) {
    Json& list = into["expect"];
    if (std::find(list.begin(), list.end(), name) == list.end()) list.push_back(name);
  }
}

// With `borrowed`, a user's Playbook wants what one of the catalogue does anyway: how long that may take, and what must hold in the end, is
// not for it to say.
void merge_into(PlanStep& step, const PlanStep& other, bool borrowed) {
  if (!other.when) step.when.reset();
  if (step.when && other.when) step.when = Condition{Condition::Op::any, {*step.when, *other.when}, {}, Json::object(), {}};
  if (!borrowed) step.within = std::max(step.within, other.within);
  if (!borrowed && step.phase == Phase::verify) unite_goals(step.params, other.params);
  for (const std::string& id : other.findings) {
    if (std::find(step.findings.begin(), step.findings.end(), id) == step.findings.end()) step.findings.push_back(id);
  }
}

std::size_t order_of(const std::string& action, const Vocabulary& vocabulary) {
  for (std::size_t i = 0; i < vocabulary.actions.size(); ++i) {
    if (vocabulary.actions[i].name == action) return i;
  }
  return vocabulary.actions.size();
}

// The first `lent` of the steps are the catalogue's, and the finding is a user's.
void add_steps(const Finding& finding, const Playbook& playbook, const Stack& stack, std::size_t lent, std::vector<PlanStep>& steps) {
  for (const StepSpec& spec : playbook.steps) {
    PlanStep step;
    step.phase = spec.phase;
    step.action = spec.action;
    if (!wanted_for(spec, finding, stack) || !resolve_application(spec, finding, stack, step.application)) continue;
    if (finding.subject.kind == "Database" && spec.phase == Phase::repair) step.database = finding.subject.name;
    step.params = spec.params;
    step.when = spec.when;
    step.within = spec.within.value_or(stack.limits.step_timeout);
    step.findings = {finding.id};
    const auto same = std::find_if(steps.begin(), steps.end(), [&](const PlanStep& s) { return same_target(s, step); });
    if (same == steps.end()) {
      steps.push_back(std::move(step));
    } else {
      merge_into(*same, step, static_cast<std::size_t>(same - steps.begin()) < lent);
    }
  }
}

// What the catalogue does comes first: users' Playbooks may want the same besides.
void add_all_steps(const StackDiagnosis& diagnosis, const std::vector<Playbook>& playbooks, const Stack& stack,
                   std::vector<PlanStep>& steps) {
  for (const bool users : {false, true}) {
    const std::size_t lent = steps.size();
    for (const Finding& finding : diagnosis.findings) {
      const Playbook* playbook = finding.users_playbook == users ? playbook_of(finding, playbooks) : nullptr;
      if (playbook != nullptr) add_steps(finding, *playbook, stack, lent, steps);
    }
  }
}

// "repair-1", "repair-2", ...: stable for a given set of findings.
void number_steps(std::vector<PlanStep>& steps) {
  std::map<Phase, int> count;
  for (PlanStep& step : steps) step.id = std::string(to_string(step.phase)) + "-" + std::to_string(++count[step.phase]);
}

Json digest_of_findings(const Plan& plan) {
  Json out = Json::array();
  for (const Finding& finding : plan.findings) {
    Json evidence = Json::array();
    for (const Evidence& e : finding.evidence) {
      if (!e.supporting) evidence.push_back({e.source, e.observed});
    }
    out.push_back({finding.id, evidence});
  }
  return out;
}

// What else than a revision decides what a sync brings, where to, and how.
Json source_of(const Application& app) {
  return {app.repo_url, app.path, app.target_revision, app.destination_server, app.destination_namespace, app.project, app.sync_options};
}

Json digest_of_steps(const Plan& plan) {
  Json out = Json::array();
  for (const PlanStep& s : plan.steps) out.push_back({s.id, s.action, s.application, s.database, s.params, s.findings});
  return out;
}

// Whose mode and approval count, once users' Playbooks have a say in that; without them the findings tell it all.
Json digest_of_deciding(const Plan& plan) {
  const auto all = deciding(plan.findings, plan.suppressed);
  if (std::none_of(all.begin(), all.end(), [](const Finding* finding) { return finding->users_playbook; })) return nullptr;
  Json out = Json::array();
  for (const Finding* each : all) out.push_back({each->id, each->signature, to_string(each->recoverable), each->users_playbook});
  return out;
}

}  // namespace

Plan merge_plan(const StackDiagnosis& diagnosis, const std::vector<Playbook>& playbooks, const Stack& stack, const Vocabulary& vocabulary,
                Time now) {
  Plan plan;
  plan.stack = stack.name;
  plan.ns = stack.ns;
  plan.made_at = now;
  plan.targets = digest_of_targets(stack);
  plan.findings = diagnosis.findings;
  plan.suppressed = diagnosis.suppressed;
  plan.playbooks = digest_of_users_playbooks(plan, playbooks);
  add_all_steps(diagnosis, playbooks, stack, plan.steps);
  std::stable_sort(plan.steps.begin(), plan.steps.end(), [&](const PlanStep& a, const PlanStep& b) {
    const auto key = [&](const PlanStep& s) {
      return std::tuple(s.phase, order_of(s.action, vocabulary),
                        stack.role_of(s.application) != "migrations");  // a service waits for its schema
    };
    return key(a) < key(b);
  });
  number_steps(plan.steps);
  return plan;
}

std::string digest_of_sources(const Stack& stack, const Snapshot& snapshot) {
  Json seen = Json::array();
  for (const auto& [role, name] : stack.applications) {
    const Application* app = snapshot.application(stack.ns, name);
    seen.push_back(app == nullptr ? Json{role, name} : Json{role, name, app->ref.uid, source_of(*app)});
  }
  return sha256_hex(seen.dump());
}

std::string seal(const Plan& plan, const std::vector<Playbook>& playbooks, const Stack& stack, const Snapshot& snapshot) {
  Json seen = Json::array();
  for (const auto& [role, name] : stack.applications) {
    const Application* app = snapshot.application(stack.ns, name);
    seen.push_back(app == nullptr ? Json{role, name} : Json{role, name, app->ref.uid, revisions_of(*app), source_of(*app)});
  }
  Json contents = Json::array();
  for (const Finding& finding : plan.findings) {
    const Playbook* playbook = playbook_of(finding, playbooks);
    if (playbook != nullptr) contents.push_back({playbook->name, playbook->digest});
  }
  Json sealed{plan.ns, plan.stack, seen, contents, digest_of_findings(plan), digest_of_steps(plan), plan.targets};
  if (Json all = digest_of_deciding(plan); !all.is_null()) sealed.push_back(std::move(all));
  return sha256_hex(sealed.dump());
}

}  // namespace refloat
