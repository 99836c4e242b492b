// The daemon: watches, wakes whom a change concerns, takes turns at Stacks in several threads, one at a time for each.
#pragma once

#include <atomic>
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
#include <utility>
#include <vector>

#include "base/time.h"
#include "cache/collect.h"
#include "cache/store.h"
#include "journal/event_recorder.h"
#include "kube/endpoint.h"
#include "kube/lease.h"
#include "model/destinations.h"
#include "model/finding.h"
#include "reconcile/fleet.h"
#include "reconcile/known_findings.h"
#include "reconcile/log_sink.h"
#include "reconcile/pace.h"
#include "reconcile/playbook_catalogue.h"
#include "reconcile/readiness.h"
#include "reconcile/reconcile.h"
#include "reconcile/shared_queue.h"
#include "reconcile/stack_turn.h"
#include "reconcile/turn_record.h"
#include "report/metrics.h"
#include "watch/watcher.h"

namespace refloat {

// A destination cluster of Argo CD.
struct WatchedCluster {
  Destination destination;
  std::shared_ptr<const Origin> origin;
};

struct ControllerOptions {
  int workers = 4;
  TurnRules rules = {};
  FleetLimits fleet = {};
  LeaseOptions lease = {};                               // of the replica that acts; the others watch and stand by
  std::string stack_selector = {};                       // only Stacks with these labels, as in kubectl -l; empty = all
  std::vector<std::string> application_namespaces = {};  // where Applications and Stacks are; empty = everywhere
  // Where Jobs, Pods and workloads are watched, those of other clusters as "prod/orders"; none of a cluster = everywhere in it.
  std::vector<std::string> workload_namespaces = {};
  std::vector<WatchedCluster> clusters = {};  // beside our own; `ports.kube` knows them too
  Duration playbooks_wait{60000};             // for the first list of users' Playbooks; then it goes on without them
};

// How much a controller holds, in numbers that follow what is in the cluster and not how long it has run.
struct Holdings {
  std::size_t records = 0;      // watched objects in the cache
  std::size_t stacks = 0;       // Stacks that can be read
  std::size_t generations = 0;  // Stack and Recovery objects
  std::size_t remembered = 0;   // Stacks and Applications with a memory of their own
  std::size_t found = 0;        // of these, with findings
  std::size_t queued = 0;       // keys that wait for their turn
  std::size_t notes = 0;        // Events that wait to be sent
};

class Controller {
 public:
  // What `ports` and `inputs` refer to, `transport` and `metrics` must outlive this. The Stacks of `inputs` are not used.
  Controller(Ports ports, std::shared_ptr<const Origin> origin, StreamTransport& transport, const Inputs& inputs, ControllerOptions options,
             Metrics& metrics, LogSink log);
  ~Controller();
  Controller(const Controller&) = delete;
  Controller& operator=(const Controller&) = delete;

  // Until `stop`: then no new turn begins, those in hand end, and the Leases are given back.
  void run(const std::stop_token& stop);
  // Any thread: why this replica cannot do its work yet; "" = it is ready.
  [[nodiscard]] std::string not_ready() const;
  // Any thread: brings the gauges up to date.
  void measure();
  // Any thread.
  [[nodiscard]] Holdings holdings() const;

  // What the threads of run() do over and over, for a program that owns time and calls them itself, all from one thread.
  void begin();                                         // once, before the others
  void follow(Duration patience);                       // takes in what the watches bring and wakes whom it concerns
  void renew_lease();                                   // due every few seconds
  bool turn();                                          // takes the one turn that is due; false = none is
  void tell(const std::stop_token& stop = {});          // sends the Events that wait, and what became of Playbooks
  [[nodiscard]] std::optional<Time> next_turn() const;  // nothing while standing by

 private:
  // What work is keyed by: these and "namespace/name".
  static constexpr const char* stack_prefix = "stack/";
  static constexpr const char* application_prefix = "app/";
  static Moment steady_now() { return std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now()); }
  // While another cluster does not answer, which may be for long and concerns only who deploys there.
  static constexpr Duration cluster_retry{5000};
  static double in_seconds(Duration duration) { return static_cast<double>(duration.count()) / 1000.0; }

  struct Entry {
    StackMemory memory;
    std::atomic<bool> edited{false};  // a person changed the Stack or one of its Recoveries
    Pace pace;                        // of looks; with mutex_ held
    bool hurries = false;             // a recovery is open: it waits for no pace; with mutex_ held
  };

  void add_watches();
  void watch_kind(Watched what, const std::vector<std::string>& namespaces);
  void watch_in(const WatchedCluster& cluster, Watched what, const std::vector<std::string>& namespaces);
  void watch_cluster(const WatchedCluster& cluster);
  bool is_new_generation(const std::string& key, const Json& object);
  void stack_changed(const Json& object);
  void stack_unreadable(const Json& outline, const std::string& why);
  void stack_gone(const std::string& name);
  void take_in(const std::string& name, std::shared_ptr<const Stack> stack);  // null = it cannot be read
  void drop_stack(const std::string& name);                                   // deleted, or it can be read no more
  void recovery_changed(const Json& object);
  void recovery_gone(const std::string& name);
  void renew_catalogue();
  void use_objects();
  void judge_stacks_anew(const std::set<std::string>& namespaces);
  [[nodiscard]] bool playbooks_settled() const;
  // Whether what a look from the cache rests on is current: in our own cluster, and in these.
  [[nodiscard]] bool following(const std::set<std::string>& clusters = {}) const;
  [[nodiscard]] bool following(const Snapshot& watched) const;
  void tell_playbooks(const std::stop_token& stop);
  void say_what_is_refused();
  void wake_edited(const std::string& stack);
  void wake_concerned();
  [[nodiscard]] Time due_by_pace(const std::string& key, Time wanted) const;
  Time due_after(Entry& entry, Time began, Time wanted, bool edited);
  void keep_lease(const std::stop_token& stop);
  void set_leading(bool leading);
  void give_back();
  void wake_all();
  void work(const std::stop_token& stop);
  void work_early(const std::stop_token& stop);
  void send_events(const std::stop_token& stop);
  // While we lead and all has been listed: nothing is told from half a view.
  void open_early();
  void take_in_hand(const std::string& key);
  void take_early_in_hand(const std::string& key);
  // Each: when it wants another turn by itself.
  std::optional<Time> take(const std::string& key);
  std::optional<Time> take_stack(const std::string& ns, const std::string& name, Entry& entry);
  Turn take_known(const std::string& ns, const std::string& name, const Stack* stack, Entry& entry);  // null = it cannot be read
  std::optional<Time> still_quiet(TurnContext& context, const Stack* stack, StackMemory& memory, const Snapshot& watched,
                                  bool edited) const;
  // Of those that a Stack deploys to, the clusters that do not answer: a turn there waits for its time limits, so one at a time is taken.
  [[nodiscard]] std::set<std::string> clusters_away(const Snapshot& watched) const;
  bool hold(const std::set<std::string>& away);
  void release(const std::set<std::string>& away);
  std::optional<Time> take_early(const std::string& key);
  std::optional<Time> look_early(const std::string& ns, const std::string& name);
  std::optional<Time> take_application(const std::string& ns, const std::string& name);
  void forget(const std::string& key);
  Entry& entry_of(const std::string& key);  // with mutex_ held
  [[nodiscard]] std::shared_ptr<KnownFindings> findings_of(const std::string& key) const;
  [[nodiscard]] std::shared_ptr<const Stack> known_stack(const std::string& name) const;
  [[nodiscard]] bool is_unreadable(const std::string& name) const;

  Ports ports_;
  std::shared_ptr<const Origin> origin_;
  ControllerOptions options_;
  Metrics& metrics_;
  LogSink log_;
  Watcher watcher_;
  Store store_;
  EventRecorder events_;
  Fleet fleet_;
  SharedQueue queue_;
  SharedQueue early_;  // of what needs watched objects only: no turn that waits for a database may keep it waiting
  LeaseLock lease_;    // of the thread that keeps it
  Seen early_seen_;    // of the early thread
  std::map<std::string, std::vector<Finding>> told_;                         // by Application outside any Stack; of the early thread
  std::map<std::pair<std::string, std::string>, std::string> refused_said_;  // why, by resource and namespace; of the thread that tells
  TurnRecord record_;
  PlaybookCatalogue catalogue_;
  std::atomic<bool> catalogue_complete_{false};  // the users' Playbooks were listed, cannot be, or were waited for in vain
  std::atomic<bool> optional_in_use_{false};     // some fact in use asks for objects of an optional kind
  std::atomic<bool> leading_{false};
  std::atomic<bool> listed_{false};  // every view was listed once
  std::atomic<Time> began_{Time{}};
  std::atomic<bool> started_{false};
  std::atomic<bool> stopping_{false};
  std::atomic<Moment> lease_heard_{Moment{}};  // when the API server last answered about the Lease
  mutable std::mutex mutex_;                   // of what follows
  std::map<std::string, std::shared_ptr<const Stack>> stacks_;
  // Stacks that the API server took and we cannot read: they are told so. Null, or what is wrong is only that no playbook has a signature.
  std::map<std::string, std::shared_ptr<const Stack>> unreadable_;
  std::map<std::string, std::int64_t> generations_;  // of Stack and Recovery objects: a status write is nobody's wish
  std::map<std::string, std::unique_ptr<Entry>> entries_;
  std::set<std::string> away_in_hand_;
};

}  // namespace refloat
