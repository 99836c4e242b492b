// The daemon: watches, wakes whom a change concerns, takes turns at Stacks in several threads, one at a time for each.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "cache/store.h"
#include "journal/event_recorder.h"
#include "kube/endpoint.h"
#include "kube/lease.h"
#include "model/finding.h"
#include "reconcile/fleet.h"
#include "reconcile/playbook_catalogue.h"
#include "reconcile/reconcile.h"
#include "reconcile/shared_queue.h"
#include "reconcile/stack_turn.h"
#include "report/metrics.h"
#include "watch/watcher.h"

namespace refloat {

struct ControllerOptions {
  int workers = 4;
  TurnRules rules = {};
  FleetLimits fleet = {};
  LeaseOptions lease = {};                               // of the replica that acts; the others watch and stand by
  std::string stack_selector = {};                       // only Stacks with these labels, as in kubectl -l; empty = all
  std::vector<std::string> application_namespaces = {};  // where Applications and Stacks are; empty = everywhere
  std::vector<std::string> workload_namespaces = {};     // where Jobs, Pods and workloads are watched; empty = everywhere
};

// One line of the log: an event in a few words, and its fields.
using LogSink = std::function<void(const std::string& event, const Json& fields)>;

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

 private:
  struct Entry {
    StackMemory memory;
    std::atomic<bool> edited{false};  // a person changed the Stack or one of its Recoveries
    std::vector<Finding> told;        // of an Application outside any Stack
  };

  void add_watches();
  void watch_kind(Watched what, const std::vector<std::string>& namespaces);
  bool is_new_generation(const std::string& key, const Json& object);
  void stack_changed(const Json& object);
  void stack_gone(const std::string& name);
  void recovery_changed(const Json& object);
  void recovery_gone(const std::string& name);
  void renew_catalogue();
  [[nodiscard]] bool playbooks_settled() const;
  void wake_edited(const std::string& stack);
  void publish_stacks();
  void wake_concerned();
  void keep_lease(const std::stop_token& stop);
  void set_leading(bool leading);
  void wake_all();
  void work(const std::stop_token& stop);
  // Each: when it wants another turn by itself.
  std::optional<Time> take(const std::string& key);
  std::optional<Time> take_stack(const std::string& ns, const std::string& name, Entry& entry);
  void say_playbooks_missing();
  [[nodiscard]] std::optional<Time> still_quiet(const TurnContext& context, const Stack& stack, StackMemory& memory, bool edited) const;
  std::optional<Time> take_application(const std::string& ns, const std::string& name, Entry& entry);
  void report(const TurnReport& report);
  void remember_findings(const std::string& key, const std::vector<Finding>& findings);
  void forget(const std::string& key);
  Entry& entry_of(const std::string& key);  // with mutex_ held
  [[nodiscard]] std::optional<Stack> known_stack(const std::string& name) const;
  [[nodiscard]] std::vector<Stack> stacks() const;
  [[nodiscard]] std::string not_synced() const;

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
  PlaybookCatalogue catalogue_;
  std::atomic<bool> catalogue_complete_{false};  // the users' Playbooks were listed, or cannot be
  std::atomic<bool> leading_{false};
  std::string playbooks_missing_;  // as it was said last; of run() alone
  mutable std::mutex mutex_;       // of what follows
  std::map<std::string, Stack> stacks_;
  std::map<std::string, std::int64_t> generations_;  // of Stack and Recovery objects: a status write is nobody's wish
  std::map<std::string, std::unique_ptr<Entry>> entries_;
  std::map<std::string, std::vector<std::string>> findings_;  // signatures by key, for the gauge
};

}  // namespace refloat
