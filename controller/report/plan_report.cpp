#include "report/plan_report.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "base/time.h"
#include "model/api_version.h"
#include "model/decision.h"
#include "model/finding.h"
#include "model/plan.h"
#include "model/playbook.h"
#include "model/snapshot.h"
#include "model/write.h"
#include "report/diagnosis_report.h"
#include "report/format.h"
#include "report/style.h"

namespace refloat {
namespace {

constexpr std::size_t digest_shown = 12;

std::string target_of(const PlanStep& step) {
  if (!step.application.empty()) return "Application/" + printable(step.application);
  return step.database.empty() ? "" : "Database/" + printable(step.database);
}

std::string guardrails_text(const PlanStep& step, const Paint& paint, Time now) {
  std::string result;
  std::size_t allowing = 0;
  for (const Decision& decision : step.guardrails) {
    if (decision.allowed) {
      ++allowing;
      continue;
    }
    result += "      " + paint.bad("denied") + "  " + decision.guardrail + ": " + printable(decision.reason, long_text);
    if (decision.retry_at) result += "; may end at " + moment(*decision.retry_at, now);
    result += "\n";
  }
  if (allowing == step.guardrails.size() && allowing > 0) result += paint.dim("      allowed by " + count_of(allowing, "guardrail")) + "\n";
  return result;
}

// The reads that check a repair's guard once more are long and change nothing: their number is enough for people.
std::string statements_text(const SqlWrite& sql, const Paint& paint) {
  const std::string indent(8, ' ');
  std::string result;
  std::size_t reads = 0;
  const auto tell_reads = [&] {
    if (reads > 0) result += paint.dim(indent + count_of(reads, "read") + " that must confirm the evidence; in full with -o json") + "\n";
    reads = 0;
  };
  for (const std::string& statement : sql.statements) {
    if (starts_with_any(statement, {"SELECT "})) {
      ++reads;
      continue;
    }
    tell_reads();
    result += paint.dim(indent + printable(statement, long_text)) + "\n";
  }
  tell_reads();
  return result;
}

std::string body_text(const Write& write, const Paint& paint) {
  if (const auto* sql = std::get_if<SqlWrite>(&write)) return statements_text(*sql, paint);
  const auto& kube = std::get<KubeWrite>(write);
  if (kube.body.empty()) return {};
  return paint.dim("        " + printable(kube.body.dump(-1, ' ', false, Json::error_handler_t::replace), long_text)) + "\n";
}

std::string step_text(const PlanStep& step, const TextStyle& style) {
  const Paint paint(style.colour);
  std::string result = "  " + paint.bold(step.id) + "  " + printable(step.describe, long_text);
  result += paint.dim("  [" + step.action + (target_of(step).empty() ? "" : " " + target_of(step)) + "]");
  if (step.within.count() > 0) result += paint.dim("  within " + format_duration(step.within));
  if (step.when) result += paint.dim("  if needed when its turn comes");
  result += "\n";
  for (const Write& write : step.writes) {
    result += "      " + printable(display(write), long_text) + "\n" + body_text(write, paint);
  }
  for (const std::string& precondition : step.preconditions)
    result += paint.dim("      only if " + printable(precondition, long_text)) + "\n";
  return result + guardrails_text(step, paint, style.now);
}

std::string steps_text(const Plan& plan, const TextStyle& style) {
  std::string result;
  for (const Phase phase : all_phases) {
    bool first = true;
    for (const PlanStep& step : plan.steps) {
      if (step.phase != phase) continue;
      if (first) result += Paint(style.colour).bold(to_string(phase)) + "\n";
      first = false;
      result += step_text(step, style);
    }
  }
  return result;
}

std::string rehearsal_text(const std::vector<RehearsedWrite>& rehearsal, const TextStyle& style) {
  const Paint paint(style.colour);
  std::string result = paint.bold("preflight") + "   rehearsed, nothing was changed\n";
  for (const RehearsedWrite& write : rehearsal) {
    result += "  " + (write.accepted ? paint.good("ok") : paint.bad("no")) + "  " + write.step + "  " + printable(write.write, long_text);
    result += write.answer.empty() ? "\n" : ": " + printable(write.answer, long_text) + "\n";
  }
  return result;
}

std::string render_text(const std::vector<PlanView>& plans, const TextStyle& style) {
  std::string result;
  for (const PlanView& view : plans) {
    result += findings_text(view.diagnosis, style);
    if (!view.plan.steps.empty()) result += "\n" + steps_text(view.plan, style);
    if (view.rehearsal) result += "\n" + rehearsal_text(*view.rehearsal, style);
    result += "\n" + (plans.size() > 1 ? printable(view.plan.stack) + ": " : std::string()) + verdict_line(view) + "\n";
  }
  return plans.empty() ? "nothing to plan: no Stack\n" : result;
}

std::string render_short(const std::vector<PlanView>& plans, const TextStyle& style) {
  std::string result;
  for (const PlanView& view : plans) {
    result += findings_short(view.diagnosis, style);
    for (const PlanStep& step : view.plan.steps) {
      const bool allowed = all_allow(step.guardrails);
      result +=
          printable(view.plan.stack) + "  " + step.id + "  " + step.action + "  " + target_of(step) + (allowed ? "" : "  denied") + "\n";
    }
    result += printable(view.plan.stack) + "  " + verdict_line(view) + "\n";
  }
  return plans.empty() ? "nothing to plan: no Stack\n" : result;
}

std::string nothing_planned(const StackDiagnosis& found) {
  const bool all_seen = found.unexamined.empty();
  if (!found.pending.empty())
    return "nothing proven yet: " + pending_text(found.pending) + (all_seen ? "" : "; not everything could be examined");
  return all_seen ? "nothing to do" : "nothing found, but not everything could be examined";
}

// What of a step a person approved; resource versions change all the time and are compared when the write is sent.
std::string step_key(const Json& step) {
  std::string key = text_at(step, {"id"}) + "  " + text_at(step, {"action"}) + "  " + text_at(step, {"describe"});
  const Json& target = at_path(step, {"target"});
  if (!target.is_null()) key += "  " + (target.is_string() ? target.get<std::string>() : target.dump());
  return printable(key, long_text);
}

std::vector<std::string> step_keys(const Json& plan) {
  std::vector<std::string> keys;
  for (const Json& phase : at_path(plan, {"phases"})) {
    for (const Json& step : at_path(phase, {"steps"})) keys.push_back(step_key(step));
  }
  return keys;
}

}  // namespace

std::vector<std::string> denials(const Plan& plan) {
  std::vector<std::string> result;
  std::set<std::string> seen;
  for (const PlanStep& step : plan.steps) {
    for (const Decision& decision : step.guardrails) {
      const std::string text = decision.guardrail + ": " + printable(decision.reason, long_text);
      if (!decision.allowed && seen.insert(text).second) result.push_back(text);
    }
  }
  return result;
}

std::string verdict_line(const PlanView& view) {
  if (view.diagnosis.findings.empty()) return nothing_planned(view.diagnosis);
  if (view.plan.steps.empty()) return "nothing that may be repaired automatically: see the durable fix";
  const std::string size = count_of(view.plan.steps.size(), "step") + ", " + count_of(writes_of(view.plan), "write");
  const std::string digest = view.plan.digest.empty() ? "" : "  plan " + view.plan.digest.substr(0, digest_shown);
  const auto denied = denials(view.plan);
  if (!denied.empty()) return "refused: " + join(denied, "; ") + digest;
  const bool rejected =
      view.rehearsal && std::any_of(view.rehearsal->begin(), view.rehearsal->end(), [](const auto& write) { return !write.accepted; });
  return size + (rejected ? ", not all accepted in the rehearsal" : "") + digest;
}

Json plan_json(const PlanView& view) {
  Json json = to_json(view.plan);
  json["apiVersion"] = our_api_version;
  json["kind"] = "Plan";
  Json unexamined = Json::array();
  for (const Unexamined& item : view.diagnosis.unexamined)
    unexamined.push_back({{"what", printable(item.what)}, {"why", printable(item.why, long_text)}});
  json["unexamined"] = std::move(unexamined);
  if (!view.rehearsal) return json;
  Json rehearsal = Json::array();
  for (const RehearsedWrite& write : *view.rehearsal) {
    rehearsal.push_back(
        {{"step", write.step}, {"write", write.write}, {"accepted", write.accepted}, {"answer", printable(write.answer, long_text)}});
  }
  json["preflight"] = std::move(rehearsal);
  return json;
}

std::string render(const std::vector<PlanView>& plans, Format format, const TextStyle& style) {
  if (format == Format::text) return render_text(plans, style);
  if (format == Format::brief) return render_short(plans, style);
  Json items = Json::array();
  for (const PlanView& view : plans) items.push_back(plan_json(view));
  const Json whole = items.size() == 1 ? items[0] : Json{{"apiVersion", "v1"}, {"kind", "List"}, {"items", items}};
  return whole.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::vector<std::string> plan_differences(const Json& saved, const Plan& fresh) {
  std::vector<std::string> differences;
  if (text_at(saved, {"kind"}) != "Plan") return {"the file is not a saved plan (kind is not Plan)"};
  const Json now = to_json(fresh);
  if (text_at(saved, {"stack"}) != fresh.stack) differences.push_back("the file is about Stack " + printable(text_at(saved, {"stack"})));
  const auto before = step_keys(saved);
  const auto after = step_keys(now);
  for (const std::string& key : before) {
    if (std::find(after.begin(), after.end(), key) == after.end()) differences.push_back("- " + key);
  }
  for (const std::string& key : after) {
    if (std::find(before.begin(), before.end(), key) == before.end()) differences.push_back("+ " + key);
  }
  if (differences.empty() && before != after) differences.emplace_back("the steps stand in another order");
  if (differences.empty() && text_at(saved, {"digest"}) != fresh.digest) {
    differences.emplace_back("the objects, the evidence, the revision or the playbooks are not those that the plan was made from");
  }
  return differences;
}

}  // namespace refloat
