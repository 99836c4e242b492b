// What the watch relies on, asked of a real apiserver: each case in a namespace of its own, over ConfigMaps.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "kube/connect.h"
#include "kube/kube_api.h"
#include "kube/stream_loop.h"
#include "watch/watcher.h"

namespace refloat {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// name -> value, as a cache would hold it.
class Mirror final : public ObjectSink {
 public:
  void list_begins() override { listed.clear(); }
  void list_ends() override {
    std::erase_if(held, [&](const auto& entry) { return listed.count(entry.first) == 0; });
    ++lists;
  }
  void changed(std::string_view object) override {
    const Json json = *parse_json(object);
    const std::string name = text_at(json, {"metadata", "name"});
    if (name == "kube-root-ca.crt") return;  // a whole control plane puts this one into every namespace
    listed.insert(name);
    held[name] = text_at(json, {"data", "value"});
    ++told[name];
    last_kind = text_at(json, {"kind"});
  }
  void deleted(std::string_view object) override {
    const std::string name = text_at(*parse_json(object), {"metadata", "name"});
    held.erase(name);
    listed.erase(name);
  }

  std::map<std::string, std::string> held;
  std::map<std::string, int> told;
  std::set<std::string> listed;
  std::string last_kind;
  int lists = 0;
};

Connected connect_as(const std::string& user = {}) {
  static SystemClock clock;
  KubeOptions options;
  const char* file = std::getenv("REFLOAT_CONFORMANCE_KUBECONFIG");
  options.kubeconfig = file == nullptr ? "REFLOAT_CONFORMANCE_KUBECONFIG is not set" : file;
  options.user_agent = "refloat-conformance";
  options.as.user = user;
  auto connected = connect(options, clock);
  if (!connected) {
    ADD_FAILURE() << connected.error().message;
    std::exit(1);
  }
  return std::move(*connected);
}

// The first identity is refused by the server, the next is ours.
class OnceRefused final : public Credentials {
 public:
  explicit OnceRefused(std::shared_ptr<Credentials> real) : real_(std::move(real)) {}
  Result<Identity> current() override {
    Result<Identity> identity = real_->current();
    if (identity && !renewed) identity->authorization = Secret("Bearer of-nobody");
    return identity;
  }
  bool renew(const Identity& /*refused*/) override { return !std::exchange(renewed, true); }
  bool renewed = false;

 private:
  std::shared_ptr<Credentials> real_;
};

// Changes a request on its way.
class Rewriting final : public StreamTransport {
 public:
  Rewriting(StreamTransport& inner, std::function<void(StreamRequest&)> rewrite) : inner_(inner), rewrite_(std::move(rewrite)) {}
  StreamId open(const std::shared_ptr<const Origin>& origin, const StreamRequest& request, StreamHandler& handler) override {
    StreamRequest changed = request;
    rewrite_(changed);
    targets.push_back(changed.target);
    return inner_.open(origin, changed, handler);
  }
  void cancel(StreamId id) override { inner_.cancel(id); }
  void run_once(Duration patience) override { inner_.run_once(patience); }
  void wake_up() override { inner_.wake_up(); }
  [[nodiscard]] Moment now() const override { return inner_.now(); }
  std::vector<std::string> targets;

 private:
  StreamTransport& inner_;
  std::function<void(StreamRequest&)> rewrite_;
};

class Watch : public testing::Test {
 protected:
  void SetUp() override {
    ns = "watch-" + std::to_string(SystemClock().now().time_since_epoch().count());
    ASSERT_TRUE(kube.api->create({"", "v1", "namespaces", "", "", ""},
                                 {{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", ns}}}}, {}));
  }
  void TearDown() override { (void)kube.api->remove({"", "v1", "namespaces", "", ns, ""}, {}); }

  Resource maps(const std::string& name = {}) const { return {"", "v1", "configmaps", ns, name, ""}; }
  WatchTarget target() const {
    WatchTarget out;
    out.origin = kube.origin;
    out.resource = maps();
    return out;
  }
  void put(const std::string& name, const std::string& value) {
    const Json body = {{"apiVersion", "v1"}, {"kind", "ConfigMap"}, {"metadata", {{"name", name}}}, {"data", {{"value", value}}}};
    if (kube.api->create(maps(), body, {})) return;
    ASSERT_TRUE(kube.api->patch(maps(name), PatchType::merge, {{"data", {{"value", value}}}}, {}));
  }
  template <class Condition>
  void run_until(Watcher& watcher, const Condition& done, Duration at_most = 60s) {
    const Moment limit = loop.now() + at_most;
    while (!done() && loop.now() < limit) watcher.run_once(100ms);
    EXPECT_TRUE(done()) << "it did not happen in time";
  }

  Connected kube = connect_as();
  StreamLoop loop;
  std::shared_ptr<Mirror> mirror = std::make_shared<Mirror>();
  std::string ns;
};

TEST_F(Watch, AListIsStreamedAndFollowed) {
  put("a", "1");
  put("b", "1");
  Watcher watcher(loop);
  const WatchId id = watcher.add(target(), mirror);
  run_until(watcher, [&] { return watcher.all_synced(); });
  EXPECT_EQ(mirror->held, (std::map<std::string, std::string>{{"a", "1"}, {"b", "1"}}));
  put("a", "2");
  put("c", "1");
  ASSERT_TRUE(kube.api->remove(maps("b"), {}));
  const std::map<std::string, std::string> expected{{"a", "2"}, {"c", "1"}};
  run_until(watcher, [&] { return mirror->held == expected; });
  EXPECT_EQ(watcher.health(id)->lists, 1U);
  EXPECT_EQ(watcher.health(id)->old_events, 0U);
}

TEST_F(Watch, PagesShowTheSame) {
  for (const char* name : {"a", "b", "c", "d", "e"}) put(name, "1");
  Rewriting transport(loop, [](StreamRequest& /*request*/) {});
  Watcher watcher(transport, {.streamed_lists = false, .page_size = 2});
  watcher.add(target(), mirror);
  run_until(watcher, [&] { return watcher.all_synced(); });
  EXPECT_EQ(mirror->held.size(), 5U);
  put("a", "2");
  run_until(watcher, [&] { return mirror->held["a"] == "2"; });
  EXPECT_EQ(transport.targets.size(), 4U) << "three pages and a watch";
  EXPECT_EQ(mirror->told["b"], 1);
}

TEST_F(Watch, AServerWithoutStreamedListsIsPaged) {
  put("a", "1");
  // What such a server says to the parameters it does not allow, this one says to a combination that is forbidden everywhere.
  Rewriting transport(loop, [](StreamRequest& request) {
    const auto at = request.target.find("&resourceVersionMatch=NotOlderThan");
    if (at != std::string::npos) request.target.replace(at, std::string::npos, "&resourceVersionMatch=Exact");
  });
  Watcher watcher(transport);
  const WatchId id = watcher.add(target(), mirror);
  run_until(watcher, [&] { return watcher.all_synced(); });
  EXPECT_EQ(mirror->held.size(), 1U);
  EXPECT_EQ(watcher.health(id)->failures, 0);
}

TEST_F(Watch, NothingIsLostWhenTheServerEndsWatchesAllTheTime) {
  Watcher watcher(loop, {.watch_timeout_s = 1});
  const WatchId id = watcher.add(target(), mirror);
  run_until(watcher, [&] { return watcher.all_synced(); });
  for (int i = 0; i < 40; ++i) {
    put("a" + std::to_string(i), "1");
    watcher.run_once(100ms);
    if (i % 8 == 0) run_until(watcher, [&, until = loop.now() + 1s] { return loop.now() > until; });
  }
  run_until(watcher, [&] { return mirror->held.size() >= 40U; });
  for (const auto& [name, times] : mirror->told) EXPECT_EQ(times, 1) << name;
  EXPECT_EQ(watcher.health(id)->lists, 1U);
}

// Of a kind that was installed when the server had some history already.
TEST_F(Watch, APositionThatIsTooOldIsListedAgain) {
  bool rewritten = false;
  Rewriting transport(loop, [&](StreamRequest& request) {
    const auto at = request.target.find("&resourceVersion=");
    if (at == std::string::npos || std::exchange(rewritten, true)) return;
    request.target.replace(at, std::string::npos, "&resourceVersion=1");
  });
  Watcher watcher(transport, {.watch_timeout_s = 1});
  WatchTarget what = target();
  what.resource = {"argoproj.io", "v1alpha1", "applications", ns, "", ""};
  const WatchId id = watcher.add(what, mirror);
  run_until(watcher, [&] { return watcher.health(id)->lists == 2; });
  EXPECT_TRUE(rewritten);
  EXPECT_EQ(mirror->lists, 2);
}

TEST_F(Watch, AMissingRightAndAMissingKindAreToldApart) {
  Watcher watcher(loop);
  WatchTarget denied = target();
  const Connected nobody = connect_as("watch-nobody");
  denied.origin = nobody.origin;
  WatchTarget absent = target();
  absent.resource = {"nobody.example.org", "v1", "things", "", "", ""};
  const WatchId first = watcher.add(denied, std::make_shared<Mirror>());
  const WatchId second = watcher.add(absent, mirror);
  run_until(watcher, [&] { return watcher.all_synced(); });
  EXPECT_EQ(watcher.health(first)->phase, WatchPhase::denied);
  EXPECT_FALSE(watcher.health(first)->synced);
  EXPECT_EQ(watcher.health(second)->phase, WatchPhase::absent);
  EXPECT_EQ(mirror->lists, 1) << "none of this kind exists";
}

TEST_F(Watch, ARefusedTokenIsRenewed) {
  put("a", "1");
  Origin origin = *kube.origin;
  origin.credentials = std::make_shared<OnceRefused>(kube.origin->credentials);
  WatchTarget what = target();
  what.origin = std::make_shared<const Origin>(std::move(origin));
  Watcher watcher(loop);
  watcher.add(what, mirror);
  run_until(watcher, [&] { return watcher.all_synced(); }, 5s);
  EXPECT_EQ(mirror->held.size(), 1U);
}

TEST_F(Watch, WhatLeavesASelectionIsDeletedFromIt) {
  put("a", "1");
  put("b", "1");
  const auto label = [&](const std::string& name, const char* mine) {
    ASSERT_TRUE(kube.api->patch(maps(name), PatchType::merge, {{"metadata", {{"labels", {{"mine", mine}}}}}}, {}));
  };
  label("a", "1");
  WatchTarget what = target();
  what.label_selector = "mine=1";
  Watcher watcher(loop);
  watcher.add(what, mirror);
  run_until(watcher, [&] { return watcher.all_synced(); });
  EXPECT_EQ(mirror->held.size(), 1U);
  label("b", "1");
  run_until(watcher, [&] { return mirror->held.size() == 2U; });
  label("a", "2");
  run_until(watcher, [&] { return mirror->held.size() == 1U; });
  EXPECT_EQ(mirror->held.count("b"), 1U);
}

TEST_F(Watch, StreamsShareAConnection) {
  put("a", "1");
  Watcher watcher(loop);
  for (int i = 0; i < 30; ++i) watcher.add(target(), std::make_shared<Mirror>());
  watcher.add(target(), mirror);
  run_until(watcher, [&] { return watcher.all_synced(); });
  EXPECT_EQ(loop.connections_opened(), 1);
  put("a", "2");
  run_until(watcher, [&] { return mirror->held["a"] == "2"; });
}

// A dead connection looks like a quiet one: with a limit below the server's bookmarks every stream dies, and all come back on one other.
TEST_F(Watch, ASilentConnectionIsLeftByAllItsStreams) {
  put("a", "1");
  Watcher watcher(loop, {.silence_max = 2s});
  std::vector<WatchId> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(watcher.add(target(), std::make_shared<Mirror>()));
  ids.push_back(watcher.add(target(), mirror));
  run_until(watcher, [&] { return watcher.all_synced(); });
  // An event that all of them hear at once: where one falls silent before the others, its next answer proves that the connection lives.
  Moment next{};
  run_until(watcher, [&] {
    if (loop.now() >= next) {
      put("a", "heard by all");
      next = loop.now() + 5s;
    }
    return loop.connections_opened() == 2;
  });
  run_until(watcher, [&] {
    for (const WatchId id : ids) {
      if (watcher.health(id)->phase != WatchPhase::following) return false;
    }
    return true;
  });
  EXPECT_EQ(loop.connections_opened(), 2);
  put("a", "2");
  run_until(watcher, [&] { return mirror->held["a"] == "2"; });
  EXPECT_EQ(watcher.health(ids.back())->lists, 1U);
}

}  // namespace
}  // namespace refloat
