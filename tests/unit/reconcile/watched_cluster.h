// A cluster for the controller as it runs: objects behind a KubeApi that counts, the same objects told by streams, databases that answer or
// are made to hang. Real threads and real time, no network.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/base64.h"
#include "base/clock.h"
#include "kube/stream_transport.h"
#include "reconcile/controller.h"
#include "unit/support/fake_kube.h"
#include "unit/support/healthy_stack.h"

namespace refloat::test {

// Waits for what another thread does; the limit only keeps a broken test from hanging.
inline bool soon(const std::function<bool()>& done) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!done()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

class CountedKube final : public FakeKube {
 private:
  template <class Do>
  auto locked(Do act) {
    const std::lock_guard lock(mutex_);
    return act();
  }

 public:
  Result<Json> get(const Resource& at) override {
    return locked([&] { return FakeKube::get(at); });
  }
  Result<Json> get_raw(const std::string& path) override {
    return locked([&] { return FakeKube::get_raw(path); });
  }
  Result<ObjectList> list(const Resource& at, const ListOptions& options) override {
    return locked([&] { return FakeKube::list(at, options); });
  }
  Result<Json> create(const Resource& at, const Json& body, const WriteOptions& options) override {
    return locked([&] { return FakeKube::create(at, body, options); });
  }
  Result<Json> replace(const Resource& at, const Json& body, const WriteOptions& options) override {
    return locked([&] { return FakeKube::replace(at, body, options); });
  }
  Result<Json> patch(const Resource& at, PatchType type, const Json& body, const WriteOptions& options) override {
    return locked([&] { return FakeKube::patch(at, type, body, options); });
  }
  // Stores it and says how it reads now.
  Json stored(const std::string& group, const std::string& version, const std::string& plural, const Json& object) {
    return locked([&] {
      put(group, version, plural, object);
      return *find({group, version, plural, text_at(object, {"metadata", "namespace"}), text_at(object, {"metadata", "name"}), ""});
    });
  }
  std::vector<std::string> all_calls() {
    return locked([&] { return calls; });
  }

 private:
  std::mutex mutex_;
};

// Every stream is answered at once with what is listed for its kind, and stays open.
class ToldStreams final : public StreamTransport {
 public:
  StreamId open(const std::shared_ptr<const Origin>& /*origin*/, const StreamRequest& request, StreamHandler& handler) override {
    const std::lock_guard lock(mutex_);
    opened_.push_back(request.target);
    running_[++last_] = {plural_of(request.target), &handler};
    fresh_.push_back(last_);
    return last_;
  }
  void cancel(StreamId id) override {
    const std::lock_guard lock(mutex_);
    running_.erase(id);
  }
  void run_once(Duration patience) override {
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, patience, [&] { return woken_ || !fresh_.empty() || !lines_.empty(); });
    woken_ = false;
    const auto fresh = std::exchange(fresh_, {});
    const auto lines = std::exchange(lines_, {});
    const auto running = running_;
    lock.unlock();
    for (const StreamId id : fresh) {
      refused.contains(running.at(id).plural) ? refuse(id, running.at(id)) : list(running.at(id));
    }
    for (const auto& [plural, line] : lines) {
      for (const auto& [id, stream] : running) {
        if (stream.plural == plural) (void)stream.handler->bytes(line);
      }
    }
  }
  void wake_up() override {
    const std::lock_guard lock(mutex_);
    woken_ = true;
    wake_.notify_all();
  }
  [[nodiscard]] Moment now() const override { return std::chrono::floor<Duration>(std::chrono::steady_clock::now()); }

  // Streams of these kinds are opened and never answered.
  std::set<std::string> silent;
  // Those of these kinds are refused: a right is missing.
  std::set<std::string> refused;

  // Before the first stream: an object of its list. Later: an event.
  void tell(const std::string& plural, const Json& object) {
    const std::lock_guard lock(mutex_);
    const std::string line = Json{{"type", opened_.empty() ? "ADDED" : "MODIFIED"}, {"object", object}}.dump() + "\n";
    if (opened_.empty()) {
      listed_[plural] += line;
    } else {
      lines_.emplace_back(plural, line);
      wake_.notify_all();
    }
  }
  [[nodiscard]] std::vector<std::string> opened() const {
    const std::lock_guard lock(mutex_);
    return opened_;
  }

 private:
  struct Stream {
    std::string plural;
    StreamHandler* handler = nullptr;
  };
  static std::string plural_of(const std::string& target) {
    const std::string path = target.substr(0, target.find('?'));
    return path.substr(path.rfind('/') + 1);
  }
  void refuse(StreamId id, const Stream& stream) {
    cancel(id);
    stream.handler->ended({Error{ErrorKind::denied, "forbidden"}, 403});
  }
  void list(const Stream& stream) {
    if (silent.contains(stream.plural)) return;
    const Json end{{"type", "BOOKMARK"},
                   {"object", {{"metadata", {{"resourceVersion", "1"}, {"annotations", {{"k8s.io/initial-events-end", "true"}}}}}}}};
    stream.handler->accepted();
    (void)stream.handler->bytes(listed_[stream.plural] + end.dump() + "\n");
  }

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool woken_ = false;
  std::map<std::string, std::string> listed_;
  std::vector<std::pair<std::string, std::string>> lines_;
  std::vector<std::string> opened_;
  std::vector<StreamId> fresh_;
  std::map<StreamId, Stream> running_;
  StreamId last_ = 0;
};

// Databases at their target, which can be made to hang.
class HangingDatabases final : public DatabaseAccess {
 public:
  DatabaseReading read(const DatabaseTarget& target, Time now) override {
    std::unique_lock lock(mutex_);
    ++reads_;
    ++hanging_;
    changed_.wait(lock, [&] { return !hang_; });
    --hanging_;
    DatabaseReading reading = testing_support::reading(target.name, target.database, "1.18");
    reading.at = now;
    return reading;
  }
  LoginAnswer try_login(const DatabaseTarget& /*target*/, std::string& /*detail*/) override { return LoginAnswer::accepted; }
  Result<RepairAnswer> repair(const DatabaseTarget& /*target*/, const RepairRequest& /*request*/) override { return RepairAnswer{}; }
  void hang(bool on) {
    const std::lock_guard lock(mutex_);
    hang_ = on;
    changed_.notify_all();
  }
  int reads() {
    const std::lock_guard lock(mutex_);
    return reads_;
  }
  int hanging() {
    const std::lock_guard lock(mutex_);
    return hanging_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int reads_ = 0;
  int hanging_ = 0;
  bool hang_ = false;
};

struct WatchedCluster {
  CountedKube kube;
  ToldStreams streams;
  HangingDatabases databases;
  SystemClock clock;
  Inputs inputs;
  Metrics metrics;
  ControllerOptions options;

  WatchedCluster() {
    options.lease = {.ns = "argocd", .name = "refloat", .holder = "test"};
    options.workers = 1;
    kube.put("", "v1", "secrets",
             {{"metadata", {{"namespace", "dev"}, {"name", "db"}}},
              {"data", {{"username", base64_encode("temporal")}, {"password", base64_encode("canary")}}}});
    inputs.probe.in_cluster = true;
    put("argoproj.io", "appprojects", {{"metadata", {{"namespace", "argocd"}, {"name", "default"}}}, {"spec", Json::object()}});
  }
  ~WatchedCluster() { stop(); }
  WatchedCluster(const WatchedCluster&) = delete;
  WatchedCluster& operator=(const WatchedCluster&) = delete;

  // In the API server, and told to whoever watches it.
  void put(const std::string& group, const std::string& plural, Json object) {
    const std::string name = text_at(object, {"metadata", "name"});
    object["metadata"]["uid"] = plural + "-" + name;
    streams.tell(plural, kube.stored(group, "v1alpha1", plural, object));
  }
  void application(const std::string& name, const Json& more = Json::object()) {
    Json object{{"apiVersion", "argoproj.io/v1alpha1"},
                {"kind", "Application"},
                {"metadata", {{"namespace", "argocd"}, {"name", name}}},
                {"spec", {{"project", "default"}, {"destination", {{"server", "https://kubernetes.default.svc"}, {"namespace", "dev"}}}}},
                {"status", {{"sync", {{"status", "Synced"}}}, {"health", {{"status", "Healthy"}}}}}};
    merge_patch(object, more);
    put("argoproj.io", "applications", object);
  }
  // Its state says that an operation runs, and there is none.
  void limbo(const std::string& name) { application(name, {{"status", {{"operationState", {{"phase", "Running"}}}}}}); }

  // With an Application of the same name; settles at once.
  void stack(const std::string& name, bool database, int generation = 1) {
    Json spec{{"applications", {{"migrations", name}}}, {"limits", {{"settle", "1ms"}}}};
    if (database) {
      spec["workloads"] = {{"namespace", "dev"}, {"selector", {{"app", name}}}};
      spec["databases"] = {{{"name", "default"},
                            {"dialect", "temporal"},
                            {"target", "1.18"},
                            {"connection", {{"host", "pg.dev.svc"}, {"database", "temporal"}, {"secret", {{"name", "db"}}}}}}};
    }
    put("refloat.dev", "stacks",
        {{"apiVersion", "refloat.dev/v1alpha1"},
         {"kind", "Stack"},
         {"metadata", {{"namespace", "argocd"}, {"name", name}, {"generation", generation}}},
         {"spec", spec}});
  }

  void start() {
    controller = std::make_unique<Controller>(Ports{kube, databases, clock}, nullptr, streams, inputs, options, metrics,
                                              [this](const std::string& event, const Json& fields) {
                                                EXPECT_NE(event, "stack cannot be read") << fields.dump();
                                                EXPECT_NE(event, "turn failed") << fields.dump();
                                                const std::lock_guard lock(log_mutex_);
                                                log_.emplace_back(event, fields);
                                              });
    thread = std::jthread([this](const std::stop_token& stop) { controller->run(stop); });
  }
  void stop() {
    databases.hang(false);
    if (thread.joinable()) {
      thread.request_stop();
      thread.join();
    }
  }

  // How often a finding about this was logged.
  int findings_of(const std::string& key) {
    const std::lock_guard lock(log_mutex_);
    return static_cast<int>(
        std::count_if(log_.begin(), log_.end(), [&](const auto& line) { return line.first == "finding" && line.second.at("of") == key; }));
  }
  // How often this was logged.
  int logged(const std::string& event) {
    const std::lock_guard lock(log_mutex_);
    return static_cast<int>(std::count_if(log_.begin(), log_.end(), [&](const auto& line) { return line.first == event; }));
  }
  // Calls from number `from` on that begin so.
  int calls(const std::string& prefix, std::size_t from = 0) {
    const std::vector<std::string> all = kube.all_calls();
    return static_cast<int>(std::count_if(all.begin() + static_cast<std::ptrdiff_t>(std::min(from, all.size())), all.end(),
                                          [&](const std::string& call) { return call.starts_with(prefix); }));
  }

  std::unique_ptr<Controller> controller;
  std::jthread thread;

 private:
  std::mutex log_mutex_;
  std::vector<std::pair<std::string, Json>> log_;
};

}  // namespace refloat::test
