#include "report/notes.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/text.h"
#include "model/effective_mode.h"
#include "model/finding.h"
#include "model/note.h"
#include "model/object_ref.h"
#include "model/plan.h"
#include "model/recovery.h"
#include "model/stack.h"
#include "model/write.h"
#include "report/recovery_report.h"
#include "report/style.h"

namespace refloat {
namespace {

ObjectRef ref_of(const Stack& stack) {
  return {"Stack", stack.ns, stack.name, stack.uid};
}

ObjectRef ref_of(const Recovery& recovery) {
  return {"Recovery", recovery.ns, recovery.name, recovery.uid};
}

bool holds(const std::vector<Finding>& findings, const Finding& wanted) {
  return std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) { return finding.id == wanted.id; });
}

// A run has several of these; what began and how it ended must be told whatever came between.
bool is_detail(const std::string& reason) {
  return reason == "StepDone" || reason == "StepSkipped" || reason == "RecoveryPlanned" || reason == "FindingGone";
}

void tell(const ObjectRef& at, bool warning, const std::string& reason, const std::string& message, std::vector<Note>& notes) {
  notes.push_back({at, warning, reason, message, is_detail(reason)});
}

void tell_finding(const Stack& stack, const Finding& finding, bool there, std::vector<Note>& notes) {
  const std::string reason = there ? "FindingDetected" : "FindingGone";
  const bool warning = there && finding.severity != Severity::info;
  const std::string text = finding.signature + ": " + finding.summary + (there ? "" : ": no longer so");
  tell(ref_of(stack), warning, reason, text, notes);
  if (finding.subject.kind == "Application") tell(finding.subject, warning, reason, text, notes);
}

// The Applications that a run is about, once each.
std::vector<ObjectRef> applications_of(const Plan& plan) {
  std::vector<ObjectRef> refs;
  std::set<std::string> names;
  const auto add = [&](const ObjectRef& ref) {
    if (ref.kind == "Application" && names.insert(ref.ns + "/" + ref.name).second) refs.push_back(ref);
  };
  for (const Finding& finding : plan.findings) add(finding.subject);
  for (const PlanStep& step : plan.steps) {
    for (const Write& write : step.writes) {
      if (const auto* kube = std::get_if<KubeWrite>(&write)) add(kube->object);
    }
  }
  return refs;
}

// Notes of one change of a Recovery.
class Teller {
 public:
  Teller(const Stack& stack, const Recovery& after) : stack_(stack), after_(after) {}

  void made() {
    at_both(false, "RecoveryPlanned",
            after_.name + ": " + count_of(after_.plan.steps.size(), "step") + " against " + causes_of(after_.plan.findings));
    if (!after_.needs_approval || is_approved(after_)) return;
    at_both(false, "AwaitingApproval", "refloat approve " + after_.name + " -n " + after_.ns);
    for (const ObjectRef& application : applications_of(after_.plan))
      tell(application, false, "AwaitingApproval", "refloat approve " + after_.name + " -n " + after_.ns, notes_);
  }

  void decided(const Recovery* before) {
    const bool was = before != nullptr && is_approved(*before);
    if (is_approved(after_) && !was)
      at_both(false, "Approved",
              after_.name + ": by " + after_.approval->by + (after_.approval->reason.empty() ? "" : ": " + after_.approval->reason));
  }

  void began(const Recovery* before) {
    const bool waited = before == nullptr || before->stage != Stage::running;
    if (after_.stage == Stage::running && waited) everywhere(false, "RecoveryStarted", after_.name + " runs");
  }

  void stepped(const Recovery* before) {
    for (std::size_t i = 0; i < after_.steps.size(); ++i) {
      const bool known = before != nullptr && i < before->steps.size();
      if (known && before->steps[i].state == after_.steps[i].state) continue;
      tell_step(after_.steps[i], i < after_.plan.steps.size() ? after_.plan.steps[i].describe : std::string());
    }
  }

  void ended(const Recovery* before) {
    if (after_.verdict == Verdict::running || (before != nullptr && before->verdict == after_.verdict)) return;
    const std::string text = after_.name + ": " + verdict_line(after_);
    switch (after_.verdict) {
      case Verdict::recovered: return everywhere(false, "Recovered", text);
      case Verdict::failed: return everywhere(true, "RecoveryFailed", text);
      case Verdict::refused: return everywhere(true, "Refused", text);
      case Verdict::aborted: return everywhere(true, phase_of(after_), text);
      case Verdict::running: return;
    }
  }

  std::vector<Note> take() { return std::move(notes_); }

 private:
  void tell_step(const StepRun& run, const std::string& describe) {
    const std::string text = run.id + (describe.empty() ? "" : ": " + describe) + (run.message.empty() ? "" : " (" + run.message + ")");
    if (run.state == StepState::done) at_both(false, "StepDone", text);
    if (run.state == StepState::skipped) tell(ref_of(after_), false, "StepSkipped", text, notes_);
    if (run.state == StepState::failed) at_both(true, "StepFailed", text);
  }

  void at_both(bool warning, const std::string& reason, const std::string& text) {
    tell(ref_of(after_), warning, reason, text, notes_);
    tell(ref_of(stack_), warning, reason, text, notes_);
  }

  void everywhere(bool warning, const std::string& reason, const std::string& text) {
    at_both(warning, reason, text);
    for (const ObjectRef& application : applications_of(after_.plan)) tell(application, warning, reason, text, notes_);
  }

  const Stack& stack_;
  const Recovery& after_;
  std::vector<Note> notes_;
};

}  // namespace

std::vector<Note> notes_of_findings(const Stack& stack, const std::vector<Finding>& before, const std::vector<Finding>& after) {
  std::vector<Note> notes;
  for (const Finding& finding : after) {
    if (!holds(before, finding)) tell_finding(stack, finding, true, notes);
  }
  for (const Finding& finding : before) {
    if (!holds(after, finding)) tell_finding(stack, finding, false, notes);
  }
  return notes;
}

std::vector<Note> notes_of_recovery(const Stack& stack, const Recovery* before, const Recovery& after) {
  Teller teller(stack, after);
  if (before == nullptr) teller.made();
  teller.decided(before);
  teller.began(before);
  teller.stepped(before);
  teller.ended(before);
  return teller.take();
}

Note note_parked(const Stack& stack, const std::string& why) {
  return {ref_of(stack), true, "Parked", why};
}

Note note_paused(const Stack& stack) {
  return {ref_of(stack), false, "Paused", "asked by " + join(stack.pause_requests, "; ")};
}

Note note_would_recover(const Stack& stack, const Plan& plan) {
  return {ref_of(stack), false, "WouldRecover",
          display(effective_mode(stack, plan)) + ": would run " + count_of(plan.steps.size(), "step") + " against " +
              causes_of(plan.findings) + ", plan " + plan.digest.substr(0, 12)};
}

}  // namespace refloat
