// All confirmed findings of one Stack merged into ordered steps.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "model/decision.h"
#include "model/finding.h"
#include "model/playbook.h"
#include "model/write.h"

namespace refloat {

struct PlanStep {
  std::string id;  // "<phase>-<n>", stable for a given plan
  Phase phase = Phase::verify;
  std::string action;
  std::string application;  // target Application, if the step has one
  std::string database;     // target database, if the step has one
  Json params = Json::object();
  std::optional<Condition> when;
  Duration within{};
  std::vector<std::string> findings;  // ids of the findings that asked for it
  std::string describe;
  std::vector<Write> writes;  // what it would send, as far as it can be known now
  std::vector<std::string> preconditions;
  std::vector<Decision> guardrails;
};

struct Plan {
  std::string stack;
  std::string ns;
  Time made_at{};
  std::vector<Finding> findings;  // root causes
  std::vector<Finding> suppressed;
  std::vector<PlanStep> steps;  // in phase order
  std::string digest;           // of uids, playbook contents, target revisions, targets and evidence; empty until sealed
  std::string targets;          // digest_of_targets() of the Stack it was made for; empty in plans of 0.1
  std::string sources;          // digest_of_sources() when it was made; empty in plans of 0.1
  std::string playbooks;        // digest_of_users_playbooks() when it was made; empty when it rests on none

  [[nodiscard]] bool refused() const;  // any guardrail of any step denies
};

// Digest of the users' Playbook objects that the plan's steps come from, as `playbooks` has them now; "" when there is none.
std::string digest_of_users_playbooks(const Plan& plan, const std::vector<Playbook>& playbooks);
// Whether both plans mean the same work for the same reasons: digest, all that decides (deciding()), steps and the Playbooks they rest on;
// not times, texts or verdicts of guardrails. A
// stored digest alone proves nothing about the steps that are stored beside it.
bool same_work(const Plan& a, const Plan& b);

// How many writes its steps foresee.
std::size_t writes_of(const Plan& plan);

Json to_json(const Plan& plan);

}  // namespace refloat
