#include "cli/case_verdict.h"

#include <string>
#include <utility>
#include <vector>

#include "cli/case_snapshot.h"
#include "detect/detect.h"
#include "model/finding.h"
#include "model/playbook.h"

namespace refloat {
namespace {

StackDiagnosis diagnosed(const Playbook& playbook, const Situation& situation) {
  if (situation.stack) return diagnose_stack({playbook}, *situation.stack, situation.snapshot, situation.now);
  return diagnose_applications({playbook}, {}, situation.snapshot, situation.now);
}

// The same signature with another condition to confirm; it explains nothing, so that nothing is suppressed.
Playbook with_condition(Playbook playbook, Condition confirm) {
  playbook.signature.confirm = std::move(confirm);
  playbook.signature.explains.clear();
  return playbook;
}

Condition negation(const Condition& condition) {
  Condition result;
  result.op = Condition::Op::negate;
  result.children = {condition};
  return result;
}

std::vector<std::string> subjects(const StackDiagnosis& diagnosis, const std::string& wanted) {
  std::vector<std::string> names;
  for (const Finding& finding : diagnosis.findings) {
    if (wanted.empty() || finding.subject.name == wanted) names.push_back(finding.subject.name);
  }
  return names;
}

std::string first_gap(const StackDiagnosis& diagnosis) {
  return diagnosis.unexamined.empty() ? "" : diagnosis.unexamined.front().what + ": " + diagnosis.unexamined.front().why;
}

}  // namespace

// A diagnosis does not tell "no" from "unknown" for each subject. The negated signature does: it holds exactly where the answer is "no".
CaseVerdict judge_case(const Playbook& playbook, const Situation& situation, const std::string& subject) {
  const StackDiagnosis diagnosis = diagnosed(with_condition(playbook, playbook.signature.confirm), situation);
  for (const Finding& finding : diagnosis.findings) {
    if (subject.empty() || finding.subject.name == subject) return {"present", finding.summary, finding.evidence};
  }
  for (const Pending& pending : diagnosis.pending) {
    if (subject.empty() || pending.subject.name == subject) return {"soon", pending.why, {}};
  }
  const auto all = subjects(diagnosed(with_condition(playbook, Condition{}), situation), subject);
  const auto silent = subjects(diagnosed(with_condition(playbook, negation(playbook.signature.confirm)), situation), subject);
  if (all.size() != silent.size()) return {"unknown", first_gap(diagnosis), {}};
  if (all.empty()) return {"absent", "there is nothing here that the signature is about", {}};
  return {"absent", "", {}};
}

}  // namespace refloat
