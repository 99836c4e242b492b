#include "reconcile/controller.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/diagnostics.h"
#include "base/json.h"
#include "base/result.h"
#include "base/text.h"
#include "base/time.h"
#include "cache/concerns.h"
#include "cache/watched.h"
#include "config/playbook_reader.h"
#include "detect/detect.h"
#include "journal/event_recorder.h"
#include "kube/endpoint.h"
#include "kube/kube_api.h"
#include "kube/lease.h"
#include "kube/stream_transport.h"
#include "model/finding.h"
#include "model/note.h"
#include "model/recovery.h"
#include "model/snapshot.h"
#include "model/stack.h"
#include "reconcile/own_objects.h"
#include "reconcile/playbook_catalogue.h"
#include "reconcile/reconcile.h"
#include "reconcile/stack_turn.h"
#include "report/metrics.h"
#include "watch/health.h"

namespace refloat {

namespace {

constexpr const char* stack_prefix = "stack/";
constexpr const char* application_prefix = "app/";
constexpr const char* recovery_prefix = "recovery/";  // of generations_ only
// A Recovery says which Stack it is about; an edit of it wakes that Stack.
constexpr const char* stacks_plural = "stacks";
constexpr const char* recoveries_plural = "recoveries";
constexpr const char* playbooks_plural = "playbooks";
// How often the Lease is renewed; the others wait for its duration.
constexpr Duration lease_every = std::chrono::seconds(4);
constexpr Watched argo_kinds[] = {Watched::application, Watched::project, Watched::application_set};
constexpr Watched workload_kinds[] = {Watched::job,
                                      Watched::pod,
                                      Watched::deployment,
                                      Watched::stateful_set,
                                      Watched::replica_set,
                                      Watched::claim,
                                      Watched::postgres_cluster,
                                      Watched::postgres_database,
                                      Watched::postgres_pooler};

std::vector<std::string> or_everywhere(const std::vector<std::string>& namespaces) {
  return namespaces.empty() ? std::vector<std::string>{""} : namespaces;
}

std::string qualified(const Json& object) {
  return text_at(object, {"metadata", "namespace"}) + "/" + text_at(object, {"metadata", "name"});
}

// Shorter when `stop` is requested.
void sleep_for(const std::stop_token& stop, Duration duration) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  wake.wait_for(lock, stop, duration, [] { return false; });
}

double seconds(Duration duration) {
  return static_cast<double>(duration.count()) / 1000.0;
}

}  // namespace

Controller::Controller(Ports ports, std::shared_ptr<const Origin> origin, StreamTransport& transport, const Inputs& inputs,
                       ControllerOptions options, Metrics& metrics, LogSink log)
    : ports_(ports),
      origin_(std::move(origin)),
      options_(std::move(options)),
      metrics_(metrics),
      log_(std::move(log)),
      watcher_(transport),
      store_(ports.kube.server(), ports.clock),
      events_(ports.kube, ports.clock, EventOptions{.instance = options_.lease.holder}),
      fleet_(options_.fleet),
      queue_(ports.clock),
      catalogue_(inputs) {}

Controller::~Controller() = default;

// --- what is watched ----------------------------------------------------------------------------------------------------------------

void Controller::add_watches() {
  const auto own = [this](const char* plural, const std::string& selector, const std::function<void(const Json&)>& changed,
                          const std::function<void(const std::string&)>& gone) {
    for (const std::string& ns : or_everywhere(options_.application_namespaces)) {
      watcher_.add({.origin = origin_, .resource = {"refloat.dev", "v1alpha1", plural, ns, "", ""}, .label_selector = selector},
                   std::make_shared<OwnObjects>(changed, gone));
    }
  };
  own(
      stacks_plural, options_.stack_selector, [this](const Json& object) { stack_changed(object); },
      [this](const std::string& name) { stack_gone(name); });
  own(
      recoveries_plural, "", [this](const Json& object) { recovery_changed(object); },
      [this](const std::string& name) { recovery_gone(name); });
  own(
      playbooks_plural, "", [this](const Json& object) { catalogue_.put(object); },
      [this](const std::string& name) { catalogue_.remove(name); });
  for (const Watched what : argo_kinds) watch_kind(what, options_.application_namespaces);
  for (const Watched what : workload_kinds) watch_kind(what, options_.workload_namespaces);
  watch_kind(Watched::node, {});
}

void Controller::watch_kind(Watched what, const std::vector<std::string>& namespaces) {
  for (const std::string& ns : or_everywhere(namespaces)) {
    watcher_.add({.origin = origin_, .resource = resource_of(what, ns)}, store_.sink(what, ns));
  }
}

// Only its spec is a wish; what we write into its status must not wake us.
bool Controller::is_new_generation(const std::string& key, const Json& object) {
  const std::lock_guard lock(mutex_);
  const std::int64_t generation = int_at(object, {"metadata", "generation"});
  const auto [known, fresh] = generations_.try_emplace(key, generation);
  return fresh || std::exchange(known->second, generation) != generation;
}

void Controller::stack_changed(const Json& object) {
  const std::string name = qualified(object);
  if (!is_new_generation(stack_prefix + name, object)) return;
  Diagnostics mistakes;
  auto stack = read_stack_object(object, mistakes);
  if (!stack) log_("stack cannot be read", {{"stack", name}, {"why", mistakes.all().empty() ? "" : mistakes.all().front().message}});
  {
    const std::lock_guard lock(mutex_);
    if (stack)
      stacks_.insert_or_assign(name, std::move(*stack));
    else
      stacks_.erase(name);
  }
  publish_stacks();
  wake_edited(name);
}

// Somebody's wish: looked at even if what is watched says nothing new.
void Controller::wake_edited(const std::string& stack) {
  {
    const std::lock_guard lock(mutex_);  // its worker may be forgetting it
    entry_of(stack_prefix + stack).edited = true;
  }
  fleet_.woken(stack, ports_.clock.now());
  queue_.add_now(stack_prefix + stack);
}

void Controller::stack_gone(const std::string& name) {
  {
    const std::lock_guard lock(mutex_);
    stacks_.erase(name);
    generations_.erase(stack_prefix + name);
  }
  publish_stacks();
  wake_edited(name);
}

void Controller::recovery_changed(const Json& object) {
  const std::string stack = text_at(object, {"spec", "stack"});
  if (stack.empty() || !is_new_generation(recovery_prefix + qualified(object), object)) return;
  const std::string name = text_at(object, {"metadata", "namespace"}) + "/" + stack;
  if (known_stack(name)) wake_edited(name);
}

void Controller::recovery_gone(const std::string& name) {
  const std::lock_guard lock(mutex_);
  generations_.erase(recovery_prefix + name);
}

std::optional<Stack> Controller::known_stack(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto known = stacks_.find(name);
  if (known == stacks_.end()) return std::nullopt;
  return known->second;
}

std::vector<Stack> Controller::stacks() const {
  const std::lock_guard lock(mutex_);
  std::vector<Stack> out;
  out.reserve(stacks_.size());
  for (const auto& [name, stack] : stacks_) out.push_back(stack);
  return out;
}

void Controller::publish_stacks() {
  store_.set_stacks(stacks());
}

void Controller::wake_concerned() {
  for (const Concern& concern : store_.take_dirty()) {
    if (concern.of == Concern::Of::stack) fleet_.woken(concern.ns + "/" + concern.name, ports_.clock.now());
    queue_.add_now((concern.of == Concern::Of::stack ? stack_prefix : application_prefix) + concern.ns + "/" + concern.name);
  }
}

// --- who acts -----------------------------------------------------------------------------------------------------------------------

void Controller::set_leading(bool leading) {
  if (leading_.exchange(leading) == leading) return;
  log_(leading ? "leading" : "standing by", {{"holder", options_.lease.holder}});
  metrics_.set("refloat_leader", {}, leading ? 1 : 0);
  if (leading) catalogue_.tell_all_again();
  if (leading) wake_all();
  queue_.set_open(leading);
}

// Nothing is known of any of them: whoever is found aground first must not be taken for the only one.
void Controller::wake_all() {
  const Time now = ports_.clock.now();
  for (const Stack& stack : stacks()) {
    const std::string name = stack.ns + "/" + stack.name;
    fleet_.woken(name, now);
    queue_.add(stack_prefix + name, now);
  }
}

// Being the leader spares work; it fences nothing: every effect carries its own preconditions and every run its Stack's Lease.
void Controller::keep_lease(const std::stop_token& stop) {
  LeaseLock lock(ports_.kube, ports_.clock, options_.lease);
  while (!stop.stop_requested()) {
    const Result<LeaseState> state = lock.try_acquire();
    if (!state) log_("lease", {{"why", state.error().message}});
    set_leading(lock.held());
    sleep_for(stop, lease_every);
  }
  set_leading(false);
  (void)lock.release();
}

// --- turns --------------------------------------------------------------------------------------------------------------------------

void Controller::run(const std::stop_token& stop) {
  queue_.set_open(false);
  store_.when_dirty([this] { watcher_.wake_up(); });
  add_watches();
  std::vector<std::jthread> threads;
  threads.emplace_back([this](const std::stop_token& own) {
    while (!own.stop_requested()) {
      watcher_.run_once(std::chrono::milliseconds(500));
      renew_catalogue();
      wake_concerned();
    }
  });
  threads.emplace_back([this](const std::stop_token& own) { keep_lease(own); });
  for (int i = 0; i < options_.workers; ++i) threads.emplace_back([this](const std::stop_token& own) { work(own); });
  while (!stop.stop_requested()) {
    sleep_for(stop, std::chrono::seconds(1));
    say_playbooks_missing();
    if (!leading_) continue;
    catalogue_.tell(ports_.kube, events_, ports_.clock.now(), [this](const std::string& why) { log_("playbook status", {{"why", why}}); });
    events_.flush();
  }
  for (std::jthread& thread : threads) thread.request_stop();
  watcher_.wake_up();
  threads.clear();
  events_.flush();
}

void Controller::work(const std::stop_token& stop) {
  while (const auto key = queue_.take(stop)) {
    const Time began = ports_.clock.now();
    const std::optional<Time> again = take(*key);
    metrics_.observe("refloat_turn_seconds", {}, seconds(ports_.clock.now() - began));
    if (again) queue_.add(*key, *again);
    queue_.done(*key);
  }
}

std::optional<Time> Controller::take(const std::string& key) {
  const std::vector<std::string> parts = split(key, '/');
  if (parts.size() != 3) return std::nullopt;
  std::unique_lock lock(mutex_);
  Entry& entry = entry_of(key);  // stays: only who has the key in hand forgets it
  lock.unlock();
  if (!catalogue_complete_) return ports_.clock.now() + std::chrono::milliseconds(500);
  return parts[0] == "stack" ? take_stack(parts[1], parts[2], entry) : take_application(parts[1], parts[2], entry);
}

std::optional<Time> Controller::take_stack(const std::string& ns, const std::string& name, Entry& entry) {
  const std::string qualified = ns + "/" + name;
  const std::optional<Stack> stack = known_stack(qualified);
  const Time began = ports_.clock.now();
  if (stack) {
    const std::shared_ptr<const Inputs> inputs = catalogue_.inputs_for(ns);  // one catalogue for all of this turn
    TurnContext context{
        ports_, *inputs, events_, fleet_, options_.rules, options_.lease.holder, [this](const TurnReport& r) { report(r); }};
    if (const auto quiet = still_quiet(context, *stack, entry.memory, entry.edited.exchange(false))) {
      fleet_.looked(qualified, began);
      return quiet;
    }
    const Turn turn = take_turn(context, ns, name, entry.memory);
    fleet_.looked(qualified, began);
    metrics_.count("refloat_turns_total", {{"of", "stack"}});
    if (!turn.gone) return turn.again_at;
  }
  // Deleted, unreadable, or relabelled so that it is another controller's: what we held of it is given back.
  fleet_.forget(qualified);
  forget(stack_prefix + qualified);
  return std::nullopt;
}

// From the cache alone: most events about a Stack that is well say nothing that matters.
std::optional<Time> Controller::still_quiet(const TurnContext& context, const Stack& stack, StackMemory& memory, bool edited) const {
  if (!not_synced().empty()) return std::nullopt;
  const Snapshot watched = store_.slice(stack);
  remember_watched(watched, memory);
  if (edited) return std::nullopt;
  return quiet_until(context, stack, memory, watched);
}

// Outside any Stack there is nothing to do about a finding but to tell it.
std::optional<Time> Controller::take_application(const std::string& ns, const std::string& name, Entry& entry) {
  metrics_.count("refloat_turns_total", {{"of", "application"}});
  const std::string key = application_prefix + ns + "/" + name;
  const Snapshot slice = store_.slice_application(ns, name);
  const Time now = ports_.clock.now();
  const StackDiagnosis found = diagnose_applications(catalogue_.inputs_for(ns)->playbooks, stacks(), slice, now);
  if (slice.applications.empty()) {
    forget(key);
    return std::nullopt;
  }
  for (const Finding& finding : found.findings) {
    const auto same = [&](const Finding& old) { return old.id == finding.id; };
    if (std::any_of(entry.told.begin(), entry.told.end(), same)) continue;
    events_.add(Note{finding.subject, true, "FindingDetected", finding.signature + ": " + finding.summary});
  }
  entry.told = found.findings;
  remember_findings(key, found.findings);
  if (found.pending.empty()) return std::nullopt;
  return std::min_element(found.pending.begin(), found.pending.end(),
                          [](const Pending& a, const Pending& b) { return a.look_again_at < b.look_again_at; })
      ->look_again_at;
}

// --- what others get to know --------------------------------------------------------------------------------------------------------

void Controller::report(const TurnReport& report) {
  Json fields{{"stack", report.stack}};
  if (report.recovery != nullptr) fields["recovery"] = report.recovery->name;
  if (!report.text.empty()) fields["what"] = report.text;
  switch (report.kind) {
    case TurnReport::Kind::looked: remember_findings(stack_prefix + report.stack, report.diagnosis->findings); return;
    case TurnReport::Kind::recovery_started: log_("recovery started", fields); return;
    case TurnReport::Kind::step: log_("step", fields); return;
    case TurnReport::Kind::recovery_finished: {
      fields["verdict"] = to_string(report.recovery->verdict);
      log_("recovery finished", fields);
      metrics_.count("refloat_recoveries_total", {{"verdict", to_string(report.recovery->verdict)}});
      metrics_.observe("refloat_recovery_seconds", {}, seconds(ports_.clock.now() - report.recovery->started_at));
      return;
    }
    case TurnReport::Kind::waiting: log_("waiting", fields); return;
    case TurnReport::Kind::failed:
      metrics_.count("refloat_api_errors_total");
      log_("turn failed", fields);
      return;
  }
}

void Controller::remember_findings(const std::string& key, const std::vector<Finding>& findings) {
  const std::lock_guard lock(mutex_);
  std::vector<std::string>& known = findings_[key];
  for (const Finding& finding : findings) {
    if (std::find(known.begin(), known.end(), finding.signature) != known.end()) continue;
    log_("finding", {{"of", key}, {"signature", finding.signature}, {"subject", finding.subject.display()}, {"summary", finding.summary}});
    if (finding.since) metrics_.observe("refloat_time_to_detect_seconds", {}, std::max(0.0, seconds(ports_.clock.now() - *finding.since)));
  }
  known.clear();
  for (const Finding& finding : findings) known.push_back(finding.signature);
  if (known.empty()) findings_.erase(key);
}

void Controller::forget(const std::string& key) {
  std::unique_lock lock(mutex_);
  const auto entry = entries_.extract(key);  // its end gives a Lease back: not while others wait for the lock
  findings_.erase(key);
  lock.unlock();
}

Controller::Entry& Controller::entry_of(const std::string& key) {
  std::unique_ptr<Entry>& entry = entries_[key];
  if (entry == nullptr) entry = std::make_unique<Entry>();
  return *entry;
}

std::string Controller::not_synced() const {
  for (const WatchReport& report : watcher_.health()) {
    const bool refused = report.health.phase == WatchPhase::denied || report.health.phase == WatchPhase::absent;
    if (!report.health.synced && !refused) return report.resource + " is not listed yet";
  }
  return "";
}

std::string Controller::not_ready() const {
  for (const WatchReport& report : watcher_.health()) {
    if (report.health.phase != WatchPhase::absent && report.health.phase != WatchPhase::denied) continue;
    if (report.resource == "playbooks.refloat.dev") continue;  // then there are the built-in ones
    if (report.resource.find("refloat.dev") != std::string::npos || report.resource == "applications.argoproj.io") {
      return report.resource + (report.health.phase == WatchPhase::absent ? " is not installed" : " may not be watched");
    }
  }
  return not_synced();
}

void Controller::measure() {
  for (const WatchReport& report : watcher_.health()) {
    const Labels labels{{"resource", report.resource}, {"namespace", report.ns}};
    metrics_.set("refloat_watch_lag_seconds", labels, seconds(report.health.lag));
    metrics_.set("refloat_watch_synced", labels, report.health.synced ? 1 : 0);
    metrics_.set("refloat_watch_events_total", labels, static_cast<double>(report.health.events));
  }
  metrics_.set("refloat_playbooks", {{"state", "usable"}}, catalogue_.count(true));
  metrics_.set("refloat_playbooks", {{"state", "refused"}}, catalogue_.count(false));
  metrics_.set("refloat_queue_depth", {}, static_cast<double>(queue_.depth()));
  metrics_.set("refloat_unreadable_objects_total", {}, static_cast<double>(store_.unreadable_count()));
  const EventCounts events = events_.counts();
  metrics_.set("refloat_events_total", {{"result", "sent"}}, static_cast<double>(events.sent));
  metrics_.set("refloat_events_total", {{"result", "dropped"}}, static_cast<double>(events.dropped));
  metrics_.set("refloat_events_total", {{"result", "failed"}}, static_cast<double>(events.failed));
  std::map<std::string, int> by_signature;
  {
    const std::lock_guard lock(mutex_);
    metrics_.set("refloat_stacks", {{"state", "known"}}, static_cast<double>(stacks_.size()));
    for (const auto& [key, signatures] : findings_) {
      for (const std::string& signature : signatures) ++by_signature[signature];
    }
  }
  metrics_.set("refloat_stacks", {{"state", "aground"}}, fleet_.aground());
  metrics_.clear("refloat_findings");
  for (const auto& [signature, count] : by_signature) metrics_.set("refloat_findings", {{"signature", signature}}, count);
}

}  // namespace refloat
