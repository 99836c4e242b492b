#include "reconcile/controller.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
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
#include "cache/relevance.h"
#include "cache/watched.h"
#include "config/mode_reader.h"
#include "config/playbook_reader.h"
#include "journal/event_recorder.h"
#include "kube/endpoint.h"
#include "kube/kube_api.h"
#include "kube/lease.h"
#include "kube/stream_transport.h"
#include "model/snapshot.h"
#include "model/stack.h"
#include "reconcile/known_findings.h"
#include "reconcile/log_sink.h"
#include "reconcile/playbook_catalogue.h"
#include "reconcile/quiet.h"
#include "reconcile/readiness.h"
#include "reconcile/reconcile.h"
#include "reconcile/stack_turn.h"
#include "report/metrics.h"

namespace refloat {

namespace {

constexpr const char* recovery_prefix = "recovery/";  // of generations_ only
// How often the Lease is renewed; the others wait for its duration.
constexpr Duration lease_every = std::chrono::seconds(4);
// A flood of Events is sent in portions.
constexpr Duration events_pause = std::chrono::milliseconds(200);
// How soon is looked again whether the users' Playbooks were listed.
constexpr Duration catalogue_wait = std::chrono::milliseconds(500);

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

}  // namespace

Controller::Controller(Ports ports, std::shared_ptr<const Origin> origin, StreamTransport& transport, const Inputs& inputs,
                       ControllerOptions options, Metrics& metrics, LogSink log)
    : ports_(ports),
      origin_(std::move(origin)),
      options_(std::move(options)),
      metrics_(metrics),
      log_(std::move(log)),
      watcher_(transport),
      store_(ports.kube.destinations(), ports.clock),
      events_(ports.kube, ports.clock, EventOptions{.instance = options_.lease.holder}),
      fleet_(options_.fleet),
      queue_(ports.clock),
      early_(ports.clock),
      lease_(ports_.kube, ports_.clock, options_.lease),
      record_(metrics, ports.clock, log_),
      catalogue_(inputs),
      lease_heard_(steady_now()) {}

Controller::~Controller() = default;

// --- what the watches bring ---------------------------------------------------------------------------------------------------------

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
  auto stack = read_stack_object(object, mistakes);  // which signatures there are is asked below: that changes without the Stack
  take_in(name, stack ? std::make_shared<const Stack>(std::move(*stack)) : nullptr);
}

// What was known of it is not what it says now, so nothing is done by that.
void Controller::stack_unreadable(const Json& outline, const std::string& why) {
  const std::string name = qualified(outline);
  if (!is_new_generation(stack_prefix + name, outline)) return;
  log_("stack unreadable", {{"stack", name}, {"why", why}});
  take_in(name, nullptr);
}

void Controller::take_in(const std::string& name, std::shared_ptr<const Stack> stack) {
  if (!stack || !unknown_signature(*stack, catalogue_.inputs_for(stack->ns)->playbooks).empty()) {  // its own turn tells it so
    {
      const std::lock_guard lock(mutex_);
      unreadable_.insert_or_assign(name, std::move(stack));
    }
    return drop_stack(name);
  }
  {
    const std::lock_guard lock(mutex_);
    stacks_.insert_or_assign(name, stack);
    unreadable_.erase(name);
  }
  store_.put_stack(std::move(stack));
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
    unreadable_.erase(name);
    generations_.erase(stack_prefix + name);
  }
  drop_stack(name);
}

void Controller::drop_stack(const std::string& name) {
  {
    const std::lock_guard lock(mutex_);
    stacks_.erase(name);
  }
  const auto slash = name.find('/');
  store_.remove_stack(name.substr(0, slash), name.substr(slash + 1));
  wake_edited(name);
}

void Controller::recovery_changed(const Json& object) {
  const std::string stack = text_at(object, {"spec", "stack"});
  if (stack.empty() || !is_new_generation(recovery_prefix + qualified(object), object)) return;
  const std::string name = text_at(object, {"metadata", "namespace"}) + "/" + stack;
  if (known_stack(name) || is_unreadable(name)) wake_edited(name);
}

void Controller::recovery_gone(const std::string& name) {
  const std::lock_guard lock(mutex_);
  generations_.erase(recovery_prefix + name);
}

std::shared_ptr<const Stack> Controller::known_stack(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto known = stacks_.find(name);
  return known == stacks_.end() ? nullptr : known->second;
}

bool Controller::is_unreadable(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  return unreadable_.contains(name);
}

void Controller::wake_concerned() {
  for (const Concern& concern : store_.take_dirty()) {
    const std::string name = concern.ns + "/" + concern.name;
    const bool stack = concern.of == Concern::Of::stack;
    const std::string key = (stack ? stack_prefix : application_prefix) + name;
    early_.add_now(key);
    if (!stack) continue;
    const Time now = ports_.clock.now();
    fleet_.woken(name, now);
    queue_.add(key, due_by_pace(key, now));
  }
}

// A wish of a person is heeded at once, what the cluster brings as often as the pace allows.
Time Controller::due_by_pace(const std::string& key, Time wanted) const {
  const std::lock_guard lock(mutex_);
  const auto entry = entries_.find(key);
  return entry == entries_.end() || entry->second->hurries ? wanted : entry->second->pace.next(wanted);
}

// When the turn after one that `began` then is due.
Time Controller::due_after(Entry& entry, Time began, Time wanted, bool edited) {
  const std::lock_guard lock(mutex_);
  entry.hurries = entry.memory.recovery_open;
  if (entry.hurries) return wanted;
  entry.pace.spend(began);
  return edited ? wanted : entry.pace.next(wanted);
}

// --- who acts -----------------------------------------------------------------------------------------------------------------------

void Controller::set_leading(bool leading) {
  if (leading_.exchange(leading) == leading) return;
  log_(leading ? "leading" : "standing by", {{"holder", options_.lease.holder}});
  metrics_.set("refloat_leader", {}, leading ? 1 : 0);
  if (leading) catalogue_.tell_all_again();
  if (leading) wake_all();
  queue_.set_open(leading);
  open_early();
}

void Controller::open_early() {
  const std::lock_guard lock(mutex_);
  early_.set_open(leading_ && listed_);
}

// Nothing is known of any of them: whoever is found aground first must not be taken for the only one.
void Controller::wake_all() {
  const Time now = ports_.clock.now();
  const std::lock_guard lock(mutex_);
  for (const auto& [name, stack] : stacks_) {
    fleet_.woken(name, now);
    queue_.add(stack_prefix + name, now);
  }
  for (const auto& [name, stack] : unreadable_) queue_.add(stack_prefix + name, now);
}

// Being the leader spares work; it fences nothing: every effect carries its own preconditions and every run its Stack's Lease.
void Controller::keep_lease(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    renew_lease();
    sleep_for(stop, lease_every);
  }
  set_leading(false);
  (void)lease_.release();
}

void Controller::renew_lease() {
  const Result<LeaseState> state = lease_.try_acquire();
  if (state) lease_heard_ = steady_now();
  if (!state) log_("lease", {{"why", state.error().message}});
  set_leading(lease_.held());
}

// --- turns --------------------------------------------------------------------------------------------------------------------------

void Controller::begin() {
  queue_.set_open(false);
  early_.set_open(false);
  store_.when_dirty([this] { watcher_.wake_up(); });
  add_watches();
  lease_heard_ = steady_now();
  began_ = ports_.clock.now();
  started_ = true;
}

void Controller::follow(Duration patience) {
  watcher_.run_once(patience);
  renew_catalogue();
  wake_concerned();
  if (listed_ || !not_listed(watcher_.health()).empty()) return;
  listed_ = true;
  open_early();
}

// Events first: what became of Playbooks can wait for them.
void Controller::tell(const std::stop_token& stop) {
  if (leading_) events_.flush();
  tell_playbooks(stop);
}

void Controller::run(const std::stop_token& stop) {
  begin();
  std::jthread election([this](const std::stop_token& own) { keep_lease(own); });
  std::vector<std::jthread> threads;
  threads.emplace_back([this](const std::stop_token& own) {
    while (!own.stop_requested()) follow(std::chrono::milliseconds(500));
  });
  threads.emplace_back([this](const std::stop_token& own) { work_early(own); });
  for (int i = 0; i < options_.workers; ++i) threads.emplace_back([this](const std::stop_token& own) { work(own); });
  send_events(stop);
  stopping_ = true;
  for (std::jthread& thread : threads) thread.request_stop();
  watcher_.wake_up();
  threads.clear();
  events_.flush();
  give_back();
  election.request_stop();  // last: while a turn of ours is under way no other replica should begin
  election.join();
}

// Every Stack's Lease and journal: who comes next must not wait for their end.
void Controller::give_back() {
  std::map<std::string, std::unique_ptr<Entry>> held;
  const std::lock_guard lock(mutex_);
  held.swap(entries_);
}

// The first of several at once; the others together.
void Controller::send_events(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    events_.wait(stop, std::chrono::seconds(1));
    tell(stop);
    sleep_for(stop, events_pause);
  }
}

void Controller::work_early(const std::stop_token& stop) {
  while (const auto key = early_.take(stop)) take_early_in_hand(*key);
}

void Controller::take_early_in_hand(const std::string& key) {
  const std::optional<Time> again = take_early(key);
  if (again) early_.add(key, *again);
  early_.done(key);
}

void Controller::work(const std::stop_token& stop) {
  while (const auto key = queue_.take(stop)) take_in_hand(*key);
}

bool Controller::turn() {
  if (const auto key = early_.take_due()) {
    take_early_in_hand(*key);
    return true;
  }
  const auto key = queue_.take_due();
  if (key) take_in_hand(*key);
  return key.has_value();
}

std::optional<Time> Controller::next_turn() const {
  const auto early = early_.next_due(), late = queue_.next_due();
  return early && late ? std::min(early, late) : early ? early : late;
}

void Controller::take_in_hand(const std::string& key) {
  const Time began = ports_.clock.now();
  const std::optional<Time> again = take(key);
  metrics_.observe("refloat_turn_seconds", {}, in_seconds(ports_.clock.now() - began));
  if (again) queue_.add(key, *again);
  queue_.done(key);
}

std::optional<Time> Controller::take(const std::string& key) {
  const std::vector<std::string> parts = split(key, '/');
  if (parts.size() != 3) return std::nullopt;
  std::unique_lock lock(mutex_);
  Entry& entry = entry_of(key);  // stays: only who has the key in hand forgets it
  lock.unlock();
  if (!catalogue_complete_) return ports_.clock.now() + catalogue_wait;
  return take_stack(parts[1], parts[2], entry);
}

std::optional<Time> Controller::take_stack(const std::string& ns, const std::string& name, Entry& entry) {
  const std::string qualified = ns + "/" + name;
  const std::shared_ptr<const Stack> stack = known_stack(qualified);
  if (stack || is_unreadable(qualified)) {
    const Turn turn = take_known(ns, name, stack.get(), entry);
    if (!turn.gone) return turn.again_at;
  }
  // Deleted, or relabelled so that it is another controller's: what we held of it is given back.
  fleet_.forget(qualified);
  forget(stack_prefix + qualified);
  return std::nullopt;
}

Turn Controller::take_known(const std::string& ns, const std::string& name, const Stack* stack, Entry& entry) {
  const Time began = ports_.clock.now();
  const auto looked = [&](const char* result) {
    fleet_.looked(ns + "/" + name, began);
    metrics_.count("refloat_turns_total", {{"of", "stack"}, {"result", result}});
  };
  bool failed = false;
  const bool edited = entry.edited.exchange(false);
  const std::shared_ptr<const Inputs> inputs = catalogue_.inputs_for(ns);  // after that: a catalogue that changes counts as an edit
  TurnContext context{ports_, *inputs, events_, fleet_, options_.rules, options_.lease.holder, [&](const TurnReport& report) {
                        failed = failed || report.kind == TurnReport::Kind::failed;
                        record_.add(report);
                      }};
  const Snapshot watched = stack != nullptr && listed_ ? store_.slice(*stack) : Snapshot{};
  if (const auto quiet = still_quiet(context, stack, entry.memory, watched, edited)) {
    looked("quiet");
    return {.again_at = *quiet};
  }
  const std::set<std::string> away = clusters_away(watched);
  if (!hold(away)) {
    if (edited) entry.edited = true;
    return {.again_at = began + cluster_retry};
  }
  Turn turn = take_turn(context, ns, name, entry.memory);
  release(away);
  looked(failed ? "failed" : "taken");
  if (failed && edited) entry.edited = true;  // what a person wishes is not over with one try
  if (!turn.gone) turn.again_at = due_after(entry, began, turn.again_at, edited);
  return turn;
}

// From the cache alone, while it is kept current: most events about a Stack that is well say nothing that matters.
std::optional<Time> Controller::still_quiet(TurnContext& context, const Stack* stack, StackMemory& memory, const Snapshot& watched,
                                            bool edited) const {
  if (stack == nullptr || !listed_) return std::nullopt;
  remember_watched(watched, memory);
  if (edited || !following(watched)) return std::nullopt;
  return quiet_until(context, *stack, memory, watched);
}

std::set<std::string> Controller::clusters_away(const Snapshot& watched) const {
  std::set<std::string> clusters = clusters_of(watched.applications);
  std::erase_if(clusters, [this](const std::string& cluster) { return cluster.empty() || following(std::set<std::string>{cluster}); });
  return clusters;
}

bool Controller::hold(const std::set<std::string>& away) {
  const std::lock_guard lock(mutex_);
  if (std::any_of(away.begin(), away.end(), [this](const std::string& cluster) { return away_in_hand_.contains(cluster); })) return false;
  away_in_hand_.insert(away.begin(), away.end());
  return true;
}

void Controller::release(const std::set<std::string>& away) {
  const std::lock_guard lock(mutex_);
  for (const std::string& cluster : away) away_in_hand_.erase(cluster);
}

void Controller::forget(const std::string& key) {
  std::unique_lock lock(mutex_);
  const auto entry = entries_.extract(key);  // its end gives a Lease back: not while others wait for the lock
  lock.unlock();
  record_.forget(key);
}

std::shared_ptr<KnownFindings> Controller::findings_of(const std::string& key) const {
  const std::lock_guard lock(mutex_);
  const auto entry = entries_.find(key);
  return entry == entries_.end() ? nullptr : entry->second->memory.known;
}

Controller::Entry& Controller::entry_of(const std::string& key) {
  std::unique_ptr<Entry>& entry = entries_[key];
  if (entry == nullptr) entry = std::make_unique<Entry>();
  return *entry;
}

Holdings Controller::holdings() const {
  Holdings out;
  for (std::size_t i = 0; i < watched_count; ++i) out.records += store_.count(static_cast<Watched>(i));
  out.queued = queue_.size() + early_.size();
  out.notes = events_.waiting();
  out.found = record_.size();
  const std::lock_guard lock(mutex_);
  out.stacks = stacks_.size();
  out.generations = generations_.size();
  out.remembered = entries_.size();
  return out;
}

}  // namespace refloat
