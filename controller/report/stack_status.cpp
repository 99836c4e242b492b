#include "report/stack_status.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "model/attempts.h"
#include "model/effective_mode.h"
#include "model/finding.h"
#include "model/object_ref.h"
#include "model/recovery.h"
#include "model/snapshot.h"
#include "model/stack.h"
#include "model/status_condition.h"
#include "report/diagnosed_at.h"
#include "report/shadow.h"
#include "report/style.h"

namespace refloat {
namespace {

constexpr std::size_t findings_max = 20;
constexpr std::size_t unexamined_max = 10;
constexpr std::size_t text_bytes_max = 300;

// What is only worth knowing leaves a Stack afloat.
std::vector<Finding> serious(const StackDiagnosis& diagnosis) {
  std::vector<Finding> causes;
  std::copy_if(diagnosis.findings.begin(), diagnosis.findings.end(), std::back_inserter(causes),
               [](const Finding& finding) { return finding.severity != Severity::info; });
  return causes;
}

const Recovery* open_one(const std::vector<Recovery>& recoveries) {
  const auto found = std::find_if(recoveries.begin(), recoveries.end(), [](const Recovery& r) { return r.verdict == Verdict::running; });
  return found == recoveries.end() ? nullptr : &*found;
}

const Recovery* last_one(const std::vector<Recovery>& recoveries) {
  if (const Recovery* open = open_one(recoveries)) return open;
  const auto last = std::max_element(recoveries.begin(), recoveries.end(),
                                     [](const Recovery& a, const Recovery& b) { return a.plan.made_at < b.plan.made_at; });
  return last == recoveries.end() ? nullptr : &*last;
}

// The highest number that a Recovery's name ends in: remembered here so that no name is used twice after the history is gone.
std::int64_t number_of(const Recovery& recovery) {
  const auto dash = recovery.name.rfind('-');
  const bool of_stack = !recovery.stack_uid.empty() && dash != std::string::npos;
  return of_stack ? positive_number(std::string_view(recovery.name).substr(dash + 1)) : 0;
}

std::int64_t recoveries_made(const StackStatusInput& input) {
  std::int64_t made = int_at(input.previous, {"recoveriesMade"});
  for (const Recovery& recovery : input.recoveries) made = std::max(made, number_of(recovery));
  return made;
}

bool is_only_observed(const StackStatusInput& input) {
  return effective_mode(input.stack, input.diagnosis).mode == Mode::observe;
}

// Why nothing is done although something is found: one reason word and a sentence, or nothing.
struct Halt {
  std::string reason, message;
};

bool is_about(const Finding& finding, const std::string& signature, const ObjectRef& subject) {
  return finding.signature == signature && finding.subject.same_name(subject);
}

bool told_the_same(const StackStatusInput& input) {
  const auto told = told_findings(input.previous);
  const auto& findings = input.diagnosis.findings;
  const auto is_found = [&](const std::pair<std::string, ObjectRef>& each) {
    return std::any_of(findings.begin(), findings.end(),
                       [&](const Finding& finding) { return is_about(finding, each.first, each.second); });
  };
  return told.size() == std::min(findings.size(), findings_max) && std::all_of(told.begin(), told.end(), is_found);
}

// While anything is pending nothing is planned, so nobody asks again what stood in the way: it stands until something else is found or the
// Stack is changed.
Halt halt_told(const StackStatusInput& input) {
  if (!told_the_same(input)) return {};
  if (int_at(input.previous, {"observedGeneration"}) != input.stack.generation) return {};
  for (const StatusCondition& condition : conditions_from_json(at_path(input.previous, {"conditions"}))) {
    const bool passes = condition.reason == "AttemptsUsedUp" || condition.message.starts_with(unsettled_prefix);  // told anew while true
    if (condition.type == "Stalled" && !passes) return {condition.reason, condition.message};
  }
  return {};
}

Halt halt_of(const StackStatusInput& input) {
  const Attempts attempts = attempts_of(input.recoveries, input.stack.limits, input.now);
  if (attempts.used_up) return {"AttemptsUsedUp", attempts.reason};
  if (!input.obstacles.empty()) return {"Refused", join(input.obstacles, "; ")};
  const bool nothing_to_do = input.plan == nullptr || input.plan->steps.empty();
  if (nothing_to_do && input.diagnosis.pending.empty()) return {"NeedsPerson", "no playbook can end what is found"};
  return input.diagnosis.pending.empty() ? Halt{} : halt_told(input);
}

std::string summary_of(const std::vector<Finding>& causes) {
  if (causes.empty()) return "nothing found";
  std::string text = causes.front().signature + ": " + causes.front().summary;
  if (causes.size() > 1) text += " (and " + count_of(causes.size() - 1, "other cause") + ")";
  return printable(text, condition_message_bytes_max);
}

Json finding_json(const Finding& finding, const Json& before) {
  Json json{{"signature", finding.signature},
            {"severity", to_string(finding.severity)},
            {"subject", {{"kind", finding.subject.kind}, {"namespace", finding.subject.ns}, {"name", finding.subject.name}}},
            {"summary", printable(finding.summary, text_bytes_max)},
            {"recoverable", to_string(finding.recoverable)}};
  if (!finding.playbook.empty()) json["playbook"] = finding.playbook;
  if (finding.since) json["since"] = format_time(*finding.since);
  // An estimate of the beginning may move from look to look; the first one stands.
  for (const Json& old : before) {
    const bool same = text_at(old, {"signature"}) == finding.signature && at_path(old, {"subject"}) == json["subject"];
    if (same && old.contains("since")) json["since"] = old["since"];
  }
  return json;
}

Json findings_json(const StackStatusInput& input) {
  Json list = Json::array();
  for (const Finding& finding : input.diagnosis.findings) {
    if (list.size() == findings_max) break;
    list.push_back(finding_json(finding, at_path(input.previous, {"findings"})));
  }
  return list;
}

Json unexamined_json(const StackDiagnosis& diagnosis) {
  Json list = Json::array();
  for (const Unexamined& each : diagnosis.unexamined) {
    if (list.size() == unexamined_max) break;
    list.push_back({{"what", printable(each.what, text_bytes_max)}, {"why", printable(each.why, text_bytes_max)}});
  }
  return list;
}

Json attempts_json(const StackStatusInput& input) {
  const Attempts attempts = attempts_of(input.recoveries, input.stack.limits, input.now);
  Json json{{"inARow", attempts.in_a_row}, {"inWindow", attempts.in_window}};
  if (attempts.free_at) json["freeAt"] = format_time(*attempts.free_at);
  return json;
}

// Sets one that stands there only while it is true (Reconciling, Stalled, Paused): its absence is its False.
void only_while(bool holds, std::vector<StatusCondition>& conditions, StatusCondition condition) {
  if (holds) return set_condition(conditions, std::move(condition));
  std::erase_if(conditions, [&](const StatusCondition& each) { return each.type == condition.type; });
}

StatusCondition ready_of(const StackStatusInput& input, const std::string& state, const std::vector<Finding>& causes) {
  const std::int64_t generation = input.stack.generation;
  if (!causes.empty()) return {"Ready", ConditionStatus::no, state, summary_of(causes), input.now, generation};
  if (state == "Afloat") return {"Ready", ConditionStatus::yes, state, "nothing found", input.now, generation};
  if (state != "Unknown") return {"Ready", ConditionStatus::no, state, "a recovery is not finished", input.now, generation};
  const Unexamined& first = input.diagnosis.unexamined.front();
  return {"Ready",       ConditionStatus::unknown,
          "NotExamined", printable(first.what + ": " + first.why, condition_message_bytes_max),
          input.now,     generation};
}

Json conditions_json_of(const StackStatusInput& input, const std::string& state, const std::vector<Finding>& causes) {
  std::vector<StatusCondition> conditions = conditions_from_json(at_path(input.previous, {"conditions"}));
  const std::int64_t generation = input.stack.generation;
  const Recovery* open = open_one(input.recoveries);
  set_condition(conditions, ready_of(input, state, causes));
  only_while(open != nullptr, conditions,
             {"Reconciling", ConditionStatus::yes, open == nullptr ? "" : phase_of(*open), open == nullptr ? "" : "recovery " + open->name,
              input.now, generation});
  const Halt halt = state == "Parked" ? halt_of(input) : Halt{};
  only_while(state == "Parked", conditions,
             {"Stalled", ConditionStatus::yes, halt.reason, printable(halt.message, condition_message_bytes_max), input.now, generation});
  only_while(!input.stack.pause_requests.empty(), conditions,
             {"Paused", ConditionStatus::yes, "PauseRequested",
              printable(join(input.stack.pause_requests, "; "), condition_message_bytes_max), input.now, generation});
  return conditions_json(conditions);
}

ObjectRef subject_of(const Json& finding) {
  return {text_at(finding, {"subject", "kind"}), text_at(finding, {"subject", "namespace"}), text_at(finding, {"subject", "name"}), ""};
}

Finding finding_from(const Json& told) {
  Finding finding;
  finding.signature = text_at(told, {"signature"});
  finding.subject = subject_of(told);
  finding.summary = text_at(told, {"summary"});
  finding.playbook = text_at(told, {"playbook"});
  finding.since = parse_time(text_at(told, {"since"}));
  for (const Severity severity : {Severity::critical, Severity::warning, Severity::info}) {
    if (text_at(told, {"severity"}) == to_string(severity)) finding.severity = severity;
  }
  for (const Recoverable recoverable : {Recoverable::automatic, Recoverable::approval, Recoverable::no}) {
    if (text_at(told, {"recoverable"}) == to_string(recoverable)) finding.recoverable = recoverable;
  }
  return finding;
}

// What is found, and what was told and is pending now: that has not gone. In the order in which it was told, so that a look that can tell
// less changes nothing.
std::vector<Finding> found_or_pending(const StackStatusInput& input, std::vector<Finding> found) {
  const std::vector<Finding> as_found = found;
  std::vector<Finding> out;
  for (const Json& told : at_path(input.previous, {"findings"})) {
    const Finding before = finding_from(told);
    const auto now =
        std::find_if(found.begin(), found.end(), [&](const Finding& each) { return is_about(each, before.signature, before.subject); });
    if (now != found.end()) {
      out.push_back(std::move(*now));
      found.erase(now);
    } else if (is_pending(input.diagnosis, before.signature, before.subject)) {
      out.push_back(before);
    }
  }
  if (out.size() + found.size() == as_found.size()) return as_found;
  out.insert(out.end(), std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
  return out;
}

std::string state_of(const StackStatusInput& input) {
  if (const Recovery* open = open_one(input.recoveries)) return phase_of(*open) == "AwaitingApproval" ? "Waiting" : "Recovering";
  if (serious(input.diagnosis).empty()) return input.diagnosis.unexamined.empty() ? "Afloat" : "Unknown";
  if (!input.stack.pause_requests.empty()) return "Paused";
  if (is_only_observed(input)) return "Aground";
  return halt_of(input).reason.empty() ? "Aground" : "Parked";
}

Json status_of(const StackStatusInput& input) {
  const std::vector<Finding> causes = serious(input.diagnosis);
  const std::string state = state_of(input);
  Json status{{"state", state},
              {"causes", causes.size()},
              {"findings", findings_json(input)},
              {"unexamined", unexamined_json(input.diagnosis)},
              {"attempts", attempts_json(input)},
              {"recoveriesMade", recoveries_made(input)},
              {"conditions", conditions_json_of(input, state, causes)}};
  if (input.stack.generation > 0) status["observedGeneration"] = input.stack.generation;
  if (!causes.empty()) status["cause"] = causes_of(causes);
  if (const Recovery* last = last_one(input.recoveries)) status["recovery"] = last->name;
  const bool observes = is_only_observed(input);
  const Json shadow = shadow_record(at_path(input.previous, {"shadow"}), input.stack, observes ? input.plan : nullptr,
                                    observes ? causes : std::vector<Finding>{}, input.now);
  if (!shadow.empty()) status["shadow"] = shadow;
  set_diagnosed_at(status, input.previous, input.now);
  return status;
}

}  // namespace

std::map<std::string, std::string> unexamined_of(const Json& status) {
  std::map<std::string, std::string> out;
  for (const Json& told : at_path(status, {"unexamined"})) out.emplace(text_at(told, {"what"}), text_at(told, {"why"}));
  return out;
}

std::vector<std::pair<std::string, ObjectRef>> told_findings(const Json& status) {
  std::vector<std::pair<std::string, ObjectRef>> out;
  for (const Json& told : at_path(status, {"findings"})) out.emplace_back(text_at(told, {"signature"}), subject_of(told));
  return out;
}

Json stack_status(const StackStatusInput& input) {
  StackDiagnosis diagnosis = input.diagnosis;
  diagnosis.findings = found_or_pending(input, what_decides(input.diagnosis));
  return status_of({input.stack, diagnosis, input.plan, input.recoveries, input.obstacles, input.previous, input.now});
}

}  // namespace refloat
