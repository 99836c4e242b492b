// What the controller tells: findings that need watched objects only, as soon as they change; logs; metrics; readiness.
#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/text.h"
#include "base/time.h"
#include "cache/missing_hooks.h"
#include "detect/detect.h"
#include "journal/event_recorder.h"
#include "model/effective_mode.h"
#include "model/finding.h"
#include "model/note.h"
#include "model/snapshot.h"
#include "model/stack.h"
#include "reconcile/controller.h"
#include "reconcile/known_findings.h"
#include "reconcile/readiness.h"
#include "reconcile/stack_turn.h"
#include "report/metrics.h"
#include "report/notes.h"
#include "watch/health.h"

namespace refloat {

namespace {

// While a view is being renewed; most streams are resumed at once.
constexpr Duration early_retry = std::chrono::milliseconds(200);

}  // namespace

// --- what needs watched objects only --------------------------------------------------------------------------------------------------

std::optional<Time> Controller::take_early(const std::string& key) {
  const std::vector<std::string> parts = split(key, '/');
  if (parts.size() != 3) return std::nullopt;
  // What is not current is not told. Every object that changed meanwhile wakes again; what had only to last does not.
  if (!following()) return ports_.clock.now() + early_retry;
  return parts[0] == "stack" ? look_early(parts[1], parts[2]) : take_application(parts[1], parts[2]);
}

// Tells what the turn that was woken by the same change will find too, before that reads anything. Decides nothing.
std::optional<Time> Controller::look_early(const std::string& ns, const std::string& name) {
  const std::string qualified = ns + "/" + name;
  const std::shared_ptr<const Stack> stack = known_stack(qualified);
  const std::shared_ptr<KnownFindings> known = findings_of(stack_prefix + qualified);
  if (!stack || !known) return std::nullopt;
  const Time now = ports_.clock.now();
  const auto latest = known->latest(*stack, now - options_.rules.resync - options_.rules.recheck);
  if (!latest) return std::nullopt;
  Snapshot watched = store_.slice(*stack);
  if (!following(watched)) return ports_.clock.now() + cluster_retry;
  note_missing_hooks(watched, early_seen_);
  const Early early = detect_early(catalogue_.inputs_for(ns)->playbooks, *stack, watched, *latest, ports_.clock.now());
  const std::vector<Finding> news = known->told_early(early.findings, watched.taken_at);
  if (!news.empty()) {
    record_.news(stack_prefix + qualified, news);
    events_.add(notes_of_findings(*stack, {}, news));
    queue_.add_now(stack_prefix + qualified);
  }
  return early.look_again_at;
}

// Outside any Stack there is nothing to do about a finding but to tell it.
std::optional<Time> Controller::take_application(const std::string& ns, const std::string& name) {
  metrics_.count("refloat_turns_total", {{"of", "application"}, {"result", "taken"}});
  const std::string key = application_prefix + ns + "/" + name;
  const bool alone = !store_.in_stack(ns, name);
  Snapshot watched = alone ? store_.slice_application(ns, name) : Snapshot{};
  if (!following(watched)) return ports_.clock.now() + cluster_retry;
  note_missing_hooks(watched, early_seen_);
  const StackDiagnosis look = diagnose_applications(catalogue_.inputs_for(ns)->playbooks, {}, watched, ports_.clock.now());
  const std::vector<Finding> found = what_decides(look);
  std::vector<Finding> news;
  const auto told = told_.find(key);
  for (const Finding& finding : found) {
    const auto same = [&](const Finding& old) { return old.id == finding.id; };
    if (told == told_.end() || std::none_of(told->second.begin(), told->second.end(), same)) news.push_back(finding);
  }
  record_.news(key, news);
  for (const Finding& finding : news)
    events_.add(Note{finding.subject, true, "FindingDetected", finding.signature + ": " + finding.summary});
  if (!found.empty()) {
    told_[key] = found;
  } else if (told != told_.end()) {
    told_.erase(told);
  }
  record_.found(key, found);
  if (look.pending.empty()) return std::nullopt;
  return std::min_element(look.pending.begin(), look.pending.end(),
                          [](const Pending& a, const Pending& b) { return a.look_again_at < b.look_again_at; })
      ->look_again_at;
}

// --- what others get to know --------------------------------------------------------------------------------------------------------

std::string Controller::not_ready() const {
  return why_not_ready(
      {.started = started_, .stopping = stopping_, .watches = watcher_.health(), .since_lease = steady_now() - lease_heard_.load()});
}

void Controller::measure() {
  for (const WatchReport& report : watcher_.health()) {
    const Labels labels{{"resource", report.resource}, {"namespace", report.ns}};
    metrics_.set("refloat_watch_lag_seconds", labels, in_seconds(report.health.lag));
    metrics_.set("refloat_watch_synced", labels, report.health.synced ? 1 : 0);
    metrics_.set("refloat_watch_events_total", labels, static_cast<double>(report.health.events));
    metrics_.set("refloat_watch_failures", labels, report.health.failures);
  }
  metrics_.set("refloat_playbooks", {{"state", "usable"}}, catalogue_.count(true));
  metrics_.set("refloat_playbooks", {{"state", "refused"}}, catalogue_.count(false));
  metrics_.set("refloat_queue_depth", {}, static_cast<double>(queue_.depth()));
  metrics_.set("refloat_unreadable_objects_total", {}, static_cast<double>(store_.unreadable_count()));
  const EventCounts events = events_.counts();
  metrics_.set("refloat_events_total", {{"result", "sent"}}, static_cast<double>(events.sent));
  metrics_.set("refloat_events_total", {{"result", "dropped"}}, static_cast<double>(events.dropped));
  metrics_.set("refloat_events_total", {{"result", "failed"}}, static_cast<double>(events.failed));
  {
    const std::lock_guard lock(mutex_);
    metrics_.set("refloat_stacks", {{"state", "known"}}, static_cast<double>(stacks_.size()));
    metrics_.set("refloat_stacks", {{"state", "invalid"}}, static_cast<double>(unreadable_.size()));
  }
  metrics_.set("refloat_stacks", {{"state", "aground"}}, fleet_.aground());
  record_.measure();
}

}  // namespace refloat
