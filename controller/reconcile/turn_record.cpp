#include "reconcile/turn_record.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "model/effective_mode.h"
#include "model/finding.h"
#include "model/recovery.h"
#include "reconcile/stack_turn.h"

namespace refloat {
namespace {

constexpr const char* stack_prefix = "stack/";

double seconds(Duration duration) {
  return std::max(0.0, static_cast<double>(duration.count()) / 1000.0);
}

// Every line of one recovery carries the same two.
void name_run(const Recovery* recovery, Json& fields) {
  if (recovery == nullptr) return;
  fields["recovery"] = recovery->name;
  fields["run"] = recovery->uid.empty() ? recovery->ns + "/" + recovery->name : recovery->uid;
}

// When what was recovered from began, as far as evidence proves it.
Time broken_since(const Recovery& recovery) {
  Time since = recovery.plan.made_at;
  for (const Finding& cause : recovery.plan.findings) {
    if (cause.since) since = std::min(since, *cause.since);
  }
  return since;
}

}  // namespace

void TurnRecord::add(const TurnReport& report) {
  Json fields{{"stack", report.stack}};
  name_run(report.recovery, fields);
  if (!report.text.empty()) fields["what"] = report.text;
  switch (report.kind) {
    case TurnReport::Kind::looked:
      news(stack_prefix + report.stack, *report.news, report.recovery);
      return found(stack_prefix + report.stack, what_decides(*report.diagnosis));
    case TurnReport::Kind::recovery_planned: return log_("recovery planned", fields);
    case TurnReport::Kind::recovery_started: return log_("recovery started", fields);
    case TurnReport::Kind::step: return log_("step", fields);
    case TurnReport::Kind::recovery_finished: return finished(*report.recovery, std::move(fields));
    case TurnReport::Kind::waiting: return log_("waiting", fields);
    case TurnReport::Kind::denied: return metrics_.count("refloat_guardrail_denials_total", {{"guardrail", report.text}});
    case TurnReport::Kind::invalid:
      forget(stack_prefix + report.stack);  // what was found is not known any more
      return log_("stack cannot be read", fields);
    case TurnReport::Kind::failed: return log_("turn failed", fields);
  }
}

void TurnRecord::finished(const Recovery& recovery, Json fields) {
  const std::string verdict = to_string(recovery.verdict);
  fields["verdict"] = verdict;
  log_("recovery finished", fields);
  metrics_.count("refloat_recoveries_total", {{"verdict", verdict}});
  metrics_.observe("refloat_recovery_seconds", {{"verdict", verdict}}, seconds(clock_.now() - recovery.started_at));
  if (recovery.verdict == Verdict::recovered)
    metrics_.observe("refloat_time_to_recover_seconds", {}, seconds(clock_.now() - broken_since(recovery)));
}

void TurnRecord::news(const std::string& key, const std::vector<Finding>& findings, const Recovery* recovery) {
  for (const Finding& finding : findings) {
    Json fields{{"of", key}, {"signature", finding.signature}, {"subject", finding.subject.display()}, {"summary", finding.summary}};
    name_run(recovery, fields);
    log_("finding", fields);
    metrics_.count("refloat_findings_total", {{"signature", finding.signature}});
    if (finding.since) metrics_.observe("refloat_time_to_detect_seconds", {}, seconds(clock_.now() - *finding.since));
  }
}

void TurnRecord::found(const std::string& key, const std::vector<Finding>& findings) {
  const std::lock_guard lock(mutex_);
  if (findings.empty()) {
    findings_.erase(key);
    return;
  }
  std::vector<std::string>& known = findings_[key];
  known.clear();
  for (const Finding& finding : findings) known.push_back(finding.signature);
}

void TurnRecord::forget(const std::string& key) {
  const std::lock_guard lock(mutex_);
  findings_.erase(key);
}

std::size_t TurnRecord::size() const {
  const std::lock_guard lock(mutex_);
  return findings_.size();
}

void TurnRecord::measure() {
  std::map<std::string, int> by_signature;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [key, signatures] : findings_) {
      for (const std::string& signature : signatures) ++by_signature[signature];
    }
  }
  metrics_.clear("refloat_findings");
  for (const auto& [signature, count] : by_signature) metrics_.set("refloat_findings", {{"signature", signature}}, count);
}

}  // namespace refloat
