// The daemon's threads against a canned API server and streams that are played: what it says of itself, and how it ends.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "kube/endpoint.h"
#include "reconcile/controller.h"
#include "unit/support/fake_databases.h"
#include "unit/support/fake_kube.h"
#include "unit/watch/recorder.h"

namespace refloat {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

const Resource lease_at{"coordination.k8s.io", "v1", "leases", "ops", "refloat-controller", ""};
const Resource stack_at{"refloat.dev", "v1alpha1", "stacks", "argocd", "orders", ""};

// A canned API server that several threads may ask. `before` is called outside its lock.
class SharedKube final : public KubeApi {
  template <class Call>
  auto call(const std::string& verb, const Resource& at, Call&& send) {
    if (before) before(verb, at);
    const std::lock_guard lock(mutex_);
    return std::forward<Call>(send)();
  }

 public:
  std::function<void(const std::string& verb, const Resource&)> before;

  template <class Use>
  auto with(Use&& use) {
    const std::lock_guard lock(mutex_);
    return std::forward<Use>(use)(kube_);
  }
  std::string server() const override { return kube_.server(); }
  Result<Json> get(const Resource& at) override {
    return call("get", at, [&] { return kube_.get(at); });
  }
  Result<Json> get_raw(const std::string& path) override {
    return call("raw", {}, [&] { return kube_.get_raw(path); });
  }
  Result<ObjectList> list(const Resource& at, const ListOptions& options) override {
    return call("list", at, [&] { return kube_.list(at, options); });
  }
  Result<Json> create(const Resource& at, const Json& body, const WriteOptions& options) override {
    return call("create", at, [&] { return kube_.create(at, body, options); });
  }
  Result<Json> replace(const Resource& at, const Json& body, const WriteOptions& options) override {
    return call("replace", at, [&] { return kube_.replace(at, body, options); });
  }
  Result<Json> patch(const Resource& at, PatchType type, const Json& body, const WriteOptions& options) override {
    return call("patch", at, [&] { return kube_.patch(at, type, body, options); });
  }
  Result<Json> remove(const Resource& at, const DeleteOptions& options) override {
    return call("delete", at, [&] { return kube_.remove(at, options); });
  }
  Result<std::string> logs(const std::string& ns, const std::string& pod, const LogOptions& options) override {
    return call("logs", {}, [&] { return kube_.logs(ns, pod, options); });
  }
  Result<AccessAnswer> can_i(const AccessQuestion&) override { return AccessAnswer{true, {}}; }

 private:
  test::FakeKube kube_;
  std::mutex mutex_;
};

// Every list comes at once: what `objects` has for its plural, then silence.
class PlayedStreams final : public StreamTransport {
 public:
  std::map<std::string, std::string> objects;  // plural -> lines of a watch

  // A cluster with an origin is away: it never answers. What was asked of it.
  std::vector<std::string> asked_in_vain;

  StreamId open(const std::shared_ptr<const Origin>& origin, const StreamRequest& request, StreamHandler& handler) override {
    if (origin) {
      asked_in_vain.push_back(origin->endpoint.server + request.target.substr(0, request.target.find('?')));
    } else {
      running_[last_ + 1] = {&handler, request.target};
    }
    return ++last_;
  }
  void cancel(StreamId id) override { running_.erase(id); }
  void run_once(Duration patience) override {
    for (auto& [id, stream] : running_) {
      if (!stream.handler) continue;
      StreamHandler* const handler = std::exchange(stream.handler, nullptr);
      handler->accepted();
      (void)handler->bytes(lines_for(stream.target) + test::bookmark("100000", true));
    }
    std::unique_lock lock(mutex_);
    woken_.wait_for(lock, std::min<Duration>(patience, 20ms), [this] { return std::exchange(wake_, false); });
  }
  void wake_up() override {
    const std::lock_guard lock(mutex_);
    wake_ = true;
    woken_.notify_all();
  }
  [[nodiscard]] Moment now() const override { return std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now()); }

 private:
  struct Stream {
    StreamHandler* handler = nullptr;
    std::string target;
  };
  [[nodiscard]] std::string lines_for(const std::string& target) const {
    for (const auto& [plural, lines] : objects) {
      if (target.find("/" + plural + "?") != std::string::npos) return lines;
    }
    return "";
  }

  std::map<StreamId, Stream> running_;
  StreamId last_ = 0;
  std::mutex mutex_;
  std::condition_variable woken_;
  bool wake_ = false;
};

struct Daemon : testing::Test {
  SharedKube kube;
  test::FakeDatabases databases;
  SystemClock clock;
  PlayedStreams streams;
  Inputs inputs;
  Metrics metrics;
  std::mutex log_mutex;
  std::vector<std::string> log;
  std::unique_ptr<Controller> controller;
  std::stop_source stop;
  std::jthread thread;
  ControllerOptions options;

  void start() {
    options.workers = 2;
    options.lease = {.ns = "ops", .name = "refloat-controller", .holder = "us"};
    controller = std::make_unique<Controller>(Ports{kube, databases, clock}, nullptr, streams, inputs, options, metrics,
                                              [this](const std::string& event, const Json&) {
                                                const std::lock_guard lock(log_mutex);
                                                log.push_back(event);
                                              });
    EXPECT_EQ(controller->not_ready(), "starting");
    thread = std::jthread([this] { controller->run(stop.get_token()); });
  }
  void end() {
    stop.request_stop();
    if (thread.joinable()) thread.join();
  }
  void TearDown() override { end(); }
  // For as long as it may take on a busy machine; what is awaited comes in milliseconds.
  static bool soon(const std::function<bool()>& holds) {
    for (int i = 0; i < 3000 && !holds(); ++i) std::this_thread::sleep_for(10ms);
    return holds();
  }
  void put_stack(const Json& spec) {
    Json object{{"apiVersion", "refloat.dev/v1alpha1"},
                {"kind", "Stack"},
                {"metadata", {{"name", "orders"}, {"namespace", "argocd"}, {"uid", "u-1"}, {"generation", 1}}},
                {"spec", spec}};
    kube.with([&](test::FakeKube& fake) { fake.put("refloat.dev", "v1alpha1", "stacks", object); });
    const Json stored = kube.with([](test::FakeKube& fake) { return *fake.find(stack_at); });
    streams.objects["stacks"] = Json{{"type", "ADDED"}, {"object", stored}}.dump() + "\n";
  }
  Json stored(const Resource& at) {
    return kube.with([&](test::FakeKube& fake) { return fake.find(at) == nullptr ? Json() : *fake.find(at); });
  }
  std::string holder() { return text_at(stored(lease_at), {"spec", "holderIdentity"}); }
};

TEST_F(Daemon, says_when_it_is_ready_and_when_it_stops) {
  start();
  EXPECT_TRUE(soon([&] { return controller->not_ready().empty(); })) << controller->not_ready();
  EXPECT_TRUE(soon([&] { return holder() == "us"; }));
  end();
  EXPECT_EQ(controller->not_ready(), "stopping");
  EXPECT_EQ(holder(), "") << "the next one need not wait for its end";
}

// With its own turns under way another replica would only get in each other's way.
TEST_F(Daemon, gives_its_lease_back_after_the_last_turn) {
  std::mutex mutex;
  std::condition_variable changed;
  bool in_turn = false, may_go_on = false;
  std::string holder_in_turn;
  kube.before = [&](const std::string& verb, const Resource& at) {
    if (verb != "get" || at.plural != "stacks") return;
    std::unique_lock lock(mutex);
    in_turn = true;
    changed.notify_all();
    changed.wait(lock, [&] { return may_go_on; });
  };
  put_stack({{"applications", {{"migrations", "m"}}}});
  start();
  {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return in_turn; });
  }
  stop.request_stop();
  EXPECT_TRUE(soon([&] { return controller->not_ready() == "stopping"; })) << "said at once, whatever is still under way";
  std::this_thread::sleep_for(200ms);  // time in which it would be given back too early
  EXPECT_EQ(holder(), "us");
  {
    const std::lock_guard lock(mutex);
    may_go_on = true;
    changed.notify_all();
  }
  thread.join();
  EXPECT_EQ(holder(), "");
}

TEST_F(Daemon, watches_what_another_cluster_has_and_is_ready_without_it) {
  const auto origin = [](const std::string& server) {
    Origin made;
    made.endpoint.server = server;
    return std::make_shared<const Origin>(made);
  };
  const auto cluster = [&](const std::string& name, std::vector<std::string> namespaces) {
    const std::string server = "https://" + name;
    return refloat::WatchedCluster{{name, server, "argocd", "", std::move(namespaces)}, origin(server)};
  };
  options.clusters = {cluster("prod", {"billing"}), cluster("test", {"qa"}), cluster("all", {})};
  options.workload_namespaces = {"orders", "prod/orders"};
  start();
  EXPECT_TRUE(soon([&] { return controller->not_ready().empty(); })) << controller->not_ready();
  controller->measure();
  EXPECT_THAT(metrics.render(), HasSubstr(R"(refloat_watch_synced{resource="pods",namespace="prod/orders"} 0)"));
  EXPECT_THAT(metrics.render(), HasSubstr(R"(refloat_watch_synced{resource="pods",namespace="orders"} 1)"));
  end();
  const std::string jobs = "/apis/batch/v1/";
  const std::vector<std::string> asked = {"https://all/api/v1/nodes", "https://prod" + jobs + "namespaces/orders/jobs",
                                          "https://test" + jobs + "namespaces/qa/jobs", "https://all" + jobs + "jobs"};
  EXPECT_THAT(streams.asked_in_vain, testing::IsSupersetOf(asked));
  EXPECT_THAT(streams.asked_in_vain, testing::Not(testing::Contains(HasSubstr("argoproj.io")))) << "Argo CD's objects are at home";
  EXPECT_THAT(streams.asked_in_vain, testing::Not(testing::Contains(HasSubstr("billing")))) << "chosen otherwise";
}

TEST_F(Daemon, tells_a_stack_that_it_cannot_be_read) {
  put_stack({{"applications", {{"migrations", "m"}}}, {"modeBySignature", {{"no-such", "Auto"}}}});
  start();
  EXPECT_TRUE(soon([&] { return text_at(stored(stack_at), {"status", "state"}) == "Unknown"; })) << stored(stack_at).dump();
  EXPECT_THAT(stored(stack_at).dump(), HasSubstr("InvalidSpec"));
  controller->measure();
  EXPECT_THAT(metrics.render(), HasSubstr("refloat_stacks{state=\"invalid\"} 1\n"));
  end();
  EXPECT_THAT(log, testing::Contains("stack cannot be read"));
}

}  // namespace
}  // namespace refloat
