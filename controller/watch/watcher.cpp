#include "watch/watcher.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "kube/kube_api.h"
#include "kube/object_sink.h"
#include "kube/stream_transport.h"
#include "model/place.h"
#include "watch/event_line.h"
#include "watch/health.h"
#include "watch/stream.h"
#include "watch/stream_rules.h"
#include "watch/stream_state.h"
#include "watch/target.h"

namespace refloat {
namespace {

// One watch: its state machine, bound to the transport. Belongs to the owner's thread.
class Entry final : public StreamHandler {
 public:
  Entry(WatchTarget target, std::shared_ptr<ObjectSink> sink, StreamTransport& transport, EventReader& reader, const StreamRules& rules,
        std::uint64_t seed)
      : target_(std::move(target)),
        sink_(std::move(sink)),
        transport_(transport),
        stream_(target_, rules, *sink_, reader, seed, transport.now()) {}
  ~Entry() override {
    if (running_) transport_.cancel(*running_);
  }
  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;

  void accepted() override {
    changed_ = true;
    stream_.accepted(transport_.now());
  }
  bool bytes(std::string_view piece) override {
    changed_ = true;
    return stream_.bytes(piece, transport_.now());
  }
  void ended(const StreamEnd& end) override {
    changed_ = true;
    running_.reset();
    stream_.ended(end, transport_.now());
  }

  // Opens what is due; says when something is due next.
  Moment open_due(Moment now) {
    if (!running_ && stream_.due() <= now) running_ = transport_.open(target_.origin, stream_.open(now), *this);
    return stream_.due();
  }
  // Whether anything happened since the last call.
  bool take_changed() { return std::exchange(changed_, false); }
  [[nodiscard]] const StreamState& state() const { return stream_.state(); }

 private:
  WatchTarget target_;
  std::shared_ptr<ObjectSink> sink_;
  StreamTransport& transport_;
  ResourceStream stream_;
  std::optional<StreamId> running_;
  bool changed_ = false;
};

// What other threads see of a watch.
struct Published {
  WatchReport report;
  StreamState state;
};

WatchReport report_of(const WatchTarget& target) {
  const Resource& resource = target.resource;
  WatchReport report;
  report.resource = resource.plural + (resource.group.empty() ? "" : "." + resource.group);
  report.cluster = target.cluster;
  report.ns = namespace_in(target.cluster, resource.ns);
  report.optional = target.optional;
  return report;
}

// A view that was synced and then denied is one of the past.
bool cannot_be(const StreamState& state) {
  return state.phase == WatchPhase::absent || (state.phase == WatchPhase::denied && !state.synced);
}

}  // namespace

class Watcher::Impl {
 public:
  Impl(StreamTransport& transport, const StreamRules& rules, std::uint64_t seed) : transport_(transport), rules_(rules), seed_(seed) {}

  WatchId add(WatchTarget target, std::shared_ptr<ObjectSink> sink) {
    const std::lock_guard lock(mutex_);
    const WatchId id = ++last_id_;
    Published& published = published_[id];
    published.report = report_of(target);
    published.state.heard = transport_.now();
    orders_.push_back({id, std::move(target), std::move(sink)});
    transport_.wake_up();
    return id;
  }

  void remove(WatchId id) {
    const std::lock_guard lock(mutex_);
    published_.erase(id);
    orders_.push_back({id, std::nullopt, nullptr});
    transport_.wake_up();
  }

  [[nodiscard]] std::optional<WatchHealth> health(WatchId id) const {
    const std::lock_guard lock(mutex_);
    const auto found = published_.find(id);
    if (found == published_.end()) return std::nullopt;
    return health_of(found->second.state, transport_.now());
  }

  [[nodiscard]] std::vector<WatchReport> health() const {
    const std::lock_guard lock(mutex_);
    std::vector<WatchReport> reports;
    for (const auto& [id, published] : published_) {
      reports.push_back(published.report);
      reports.back().health = health_of(published.state, transport_.now());
    }
    return reports;
  }

  [[nodiscard]] bool all_synced() const {
    const std::lock_guard lock(mutex_);
    return std::all_of(published_.begin(), published_.end(),
                       [](const auto& entry) { return entry.second.state.synced || entry.second.state.phase == WatchPhase::denied; });
  }

  [[nodiscard]] bool all_following(const std::function<bool(const WatchReport&)>& waited_for) const {
    const std::lock_guard lock(mutex_);
    return std::all_of(published_.begin(), published_.end(), [&](const auto& entry) {
      const StreamState& state = entry.second.state;
      const bool counts = !waited_for || waited_for(entry.second.report);
      return !counts || state.phase == WatchPhase::following || cannot_be(state);
    });
  }

  void run_once(Duration patience) {
    obey();
    const Moment now = transport_.now();
    Moment next = Moment::max();
    for (const auto& [id, entry] : entries_) next = std::min(next, entry->open_due(now));
    const Duration until_next = next == Moment::max() ? Duration::max() : std::max(Duration(0), next - now);
    transport_.run_once(std::min(patience, until_next));
    publish();
  }

  void wake_up() { transport_.wake_up(); }

 private:
  // To begin a watch, or without a target to end it.
  struct Order {
    WatchId id = 0;
    std::optional<WatchTarget> target;
    std::shared_ptr<ObjectSink> sink;
  };

  void obey() {
    std::vector<Order> orders;
    {
      const std::lock_guard lock(mutex_);
      orders.swap(orders_);
    }
    for (Order& order : orders) obey(order);
  }

  void obey(Order& order) {
    if (!order.target) {
      entries_.erase(order.id);
      return;
    }
    entries_.emplace(order.id, std::make_unique<Entry>(std::move(*order.target), std::move(order.sink), transport_, reader_, rules_,
                                                       seed_ + order.id * 1000003));
  }

  void publish() {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, entry] : entries_) {
      if (!entry->take_changed()) continue;
      const auto found = published_.find(id);
      if (found != published_.end()) found->second.state = entry->state();
    }
  }

  StreamTransport& transport_;
  StreamRules rules_;
  std::uint64_t seed_;
  EventReader reader_;
  std::map<WatchId, std::unique_ptr<Entry>> entries_;

  mutable std::mutex mutex_;  // of what follows
  std::map<WatchId, Published> published_;
  std::vector<Order> orders_;
  WatchId last_id_ = 0;
};

Watcher::Watcher(StreamTransport& transport, StreamRules rules, std::uint64_t seed)
    : impl_(std::make_unique<Impl>(transport, rules, seed)) {}
Watcher::~Watcher() = default;

WatchId Watcher::add(WatchTarget target, std::shared_ptr<ObjectSink> sink) {
  return impl_->add(std::move(target), std::move(sink));
}
void Watcher::remove(WatchId id) {
  impl_->remove(id);
}
std::optional<WatchHealth> Watcher::health(WatchId id) const {
  return impl_->health(id);
}
std::vector<WatchReport> Watcher::health() const {
  return impl_->health();
}
bool Watcher::all_synced() const {
  return impl_->all_synced();
}
bool Watcher::all_following(const std::function<bool(const WatchReport&)>& waited_for) const {
  return impl_->all_following(waited_for);
}
void Watcher::run_once(Duration patience) {
  impl_->run_once(patience);
}
void Watcher::run(const std::stop_token& stop) {
  const std::stop_callback wake(stop, [this] { wake_up(); });
  while (!stop.stop_requested()) run_once(std::chrono::minutes(1));
}
void Watcher::wake_up() {
  impl_->wake_up();
}

}  // namespace refloat
