#include "cache/store.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/text.h"
#include "cache/concerns.h"
#include "cache/gap.h"
#include "cache/kept_objects.h"
#include "cache/object_reader.h"
#include "cache/slice.h"
#include "cache/streams.h"
#include "cache/watched.h"
#include "kube/kube_api.h"
#include "kube/object_sink.h"
#include "model/application.h"
#include "model/application_set.h"
#include "model/claim.h"
#include "model/cnpg.h"
#include "model/destinations.h"
#include "model/job.h"
#include "model/node.h"
#include "model/place.h"
#include "model/pod.h"
#include "model/replica_set.h"
#include "model/snapshot.h"
#include "model/stack.h"
#include "model/vocabulary.h"
#include "model/workload.h"

namespace refloat {
namespace {

constexpr std::size_t unreadable_kept = 100;

// Calls act(std::type_identity<T>()) with the type that objects of this kind are read into.
template <class Act>
void with_type(Watched what, Act act) {
  switch (what) {
    case Watched::application: return act(std::type_identity<Application>());
    case Watched::project: return act(std::type_identity<WatchedProject>());
    case Watched::job: return act(std::type_identity<Job>());
    case Watched::pod: return act(std::type_identity<Pod>());
    case Watched::deployment:
    case Watched::stateful_set: return act(std::type_identity<Workload>());
    case Watched::replica_set: return act(std::type_identity<ReplicaSet>());
    case Watched::node: return act(std::type_identity<Node>());
    case Watched::claim: return act(std::type_identity<Claim>());
    case Watched::application_set: return act(std::type_identity<ApplicationSet>());
    case Watched::postgres_cluster: return act(std::type_identity<PostgresCluster>());
    case Watched::postgres_database: return act(std::type_identity<PostgresDatabase>());
    case Watched::postgres_pooler: return act(std::type_identity<PostgresPooler>());
  }
}

}  // namespace

class Store::Impl {
 public:
  Impl(Destinations destinations, const Clock& clock) : destinations_(std::move(destinations)), clock_(clock), concerns_(objects_) {}

  // --- what streams say --------------------------------------------------------------------------------------------------------------

  void list_begins(Watched what, const std::string& ns) {
    const std::lock_guard lock(mutex_);
    Streams::Stream& stream = streams_.at(what, ns);
    ++stream.list;
    stream.listing = true;
  }

  void list_ends(Watched what, const std::string& ns) {
    change([&] {
      Streams::Stream& stream = streams_.at(what, ns);
      stream.listing = false;
      stream.listed = true;
      sweep(told(what, stream));
    });
  }

  template <class T>
  void changed(Watched what, const std::string& ns, std::string_view text) {
    T object;
    if (read(what, ns, text, object)) {
      change([&] { mark(objects_.put(object, told(what, streams_.at(what, ns)))); });
    }
  }

  template <class T>
  void deleted(Watched what, const std::string& ns, std::string_view text) {
    T object;
    if (read(what, ns, text, object)) {
      change([&] { mark(objects_.remove(object, told(what, streams_.at(what, ns)))); });
    }
  }

  void forget(Watched what, const std::string& ns) {
    change([&] {
      Streams::Stream& stream = streams_.at(what, ns);
      ++stream.list;
      sweep(told(what, stream));
      streams_.forget(what, ns);
    });
  }

  // --- what others ask ---------------------------------------------------------------------------------------------------------------

  void set_stacks(std::vector<Stack> stacks) {
    change([&] { concerns_.set_stacks(std::move(stacks)); });
  }

  void put_stack(std::shared_ptr<const Stack> stack) {
    change([&] { concerns_.put_stack(std::move(stack)); });
  }

  void remove_stack(const std::string& ns, const std::string& name) {
    change([&] { concerns_.remove_stack(ns, name); });
  }

  bool in_stack(const std::string& ns, const std::string& application) const {
    const std::lock_guard lock(mutex_);
    return concerns_.in_stack(ns, application);
  }

  void use_objects(std::set<ObjectKind> kinds) {
    change([&] {
      if (in_use_ == kinds) return;
      in_use_ = std::move(kinds);
      concerns_.use_objects(in_use_);
      concerns_.mark_all();
    });
  }

  void mark_namespaces(const std::set<std::string>& of_stacks, const std::set<std::string>& of_applications) {
    change([&] { concerns_.mark_namespaces(of_stacks, of_applications); });
  }

  std::vector<Concern> take_dirty() {
    const std::lock_guard lock(mutex_);
    woken_ = false;
    return concerns_.take();
  }

  void when_dirty(std::function<void()> wake) {
    const std::lock_guard lock(mutex_);
    wake_ = std::move(wake);
  }

  template <class Make>
  Snapshot slice(Make make) const {
    const std::lock_guard lock(mutex_);
    return make(SliceSource{objects_, destinations_, clock_.now(), in_use_,
                            [this](Watched what, const std::string& ns) { return streams_.gap(what, ns); },
                            [this](const std::string& ns, const std::string& name) { return nearest_application(ns, name); }});
  }

  std::size_t count(Watched what) const {
    const std::lock_guard lock(mutex_);
    std::size_t count = 0;
    for (const auto& [ns, named] : objects_.all(what)) count += named.size();
    return count;
  }

  std::uint64_t unreadable_count() const {
    const std::lock_guard lock(mutex_);
    return unreadable_count_;
  }

  std::vector<Unreadable> take_unreadable() {
    const std::lock_guard lock(mutex_);
    std::vector<Unreadable> taken(std::make_move_iterator(unreadable_.begin()), std::make_move_iterator(unreadable_.end()));
    unreadable_.clear();
    return taken;
  }

 private:
  // Runs under the lock, and wakes whoever waits for something dirty after it.
  template <class Do>
  void change(Do act) {
    std::function<void()> wake;
    {
      const std::lock_guard lock(mutex_);
      act();
      if (!woken_ && concerns_.any()) {
        woken_ = true;
        wake = wake_;
      }
    }
    if (wake) wake();
  }

  Told told(Watched what, const Streams::Stream& stream) const { return {what, stream.number, stream.list, clock_.now(), stream.listing}; }

  // Reading needs no lock: it touches only the reader, which the watching thread has to itself.
  template <class T>
  bool read(Watched what, const std::string& ns, std::string_view text, T& object) {
    const Result<> done = reader_.read(text, object);
    if (done && !object.ref.name.empty()) {
      place(object, ns);
      return true;
    }
    const std::lock_guard lock(mutex_);
    ++unreadable_count_;
    const Resource resource = resource_of(what, ns);
    unreadable_.push_back({qualified(resource) + " " + where(resource.ns), done ? "an object without a name" : done.error().message});
    if (unreadable_.size() > unreadable_kept) unreadable_.pop_front();
    return false;
  }

  // What a stream of another cluster brings lives there.
  template <class T>
  void place(T& object, const std::string& ns) const {
    if constexpr (std::is_same_v<T, Application>) destinations_.settle(object);
    if (const Place place = place_of(ns); !place.cluster.empty()) object.ref.ns = namespace_in(place.cluster, object.ref.ns);
  }

  template <class T>
  void mark(const Change<T>& change) {
    if (change.before) concerns_.mark(*change.before);
    if (change.after) concerns_.mark(*change.after);
    if constexpr (std::is_same_v<T, Application>) {
      if (change.before.has_value() != change.after.has_value()) nearest_.clear();
    }
  }

  template <class T>
  void sweep_of(const Told& by) {
    objects_.sweep<T>(by, [this](const T& object) { mark(Change<T>{object, std::nullopt}); });
  }

  void sweep(const Told& by) {
    with_type(by.what, [&](auto type) { sweep_of<typename decltype(type)::type>(by); });
  }

  // A misspelt name is asked for at every look; comparing it with all names of a large cluster is done once.
  const std::string& nearest_application(const std::string& ns, const std::string& name) const {
    const auto [entry, is_new] = nearest_.try_emplace({ns, name});
    if (!is_new) return entry->second;
    std::vector<std::string> names;
    for (const auto& [known, kept] : objects_.in_namespace(Watched::application, ns)) names.push_back(known);
    return entry->second = nearest(name, names);
  }

  const Destinations destinations_;
  const Clock& clock_;
  ObjectReader reader_;
  mutable std::mutex mutex_;  // guards what follows
  KeptObjects objects_;
  Streams streams_;
  Concerns concerns_;
  std::set<ObjectKind> in_use_;
  std::function<void()> wake_;
  bool woken_ = false;  // since the last take_dirty()
  std::deque<Unreadable> unreadable_;
  std::uint64_t unreadable_count_ = 0;
  mutable std::map<std::pair<std::string, std::string>, std::string> nearest_;
};

namespace {

// One stream's end of the store.
template <class T, class Impl>
class Sink final : public ObjectSink {
 public:
  Sink(std::shared_ptr<Impl> store, Watched what, std::string ns) : store_(std::move(store)), what_(what), ns_(std::move(ns)) {}

  void list_begins() override { store_->list_begins(what_, ns_); }
  void list_ends() override { store_->list_ends(what_, ns_); }
  void changed(std::string_view object) override { store_->template changed<T>(what_, ns_, object); }
  void deleted(std::string_view object) override { store_->template deleted<T>(what_, ns_, object); }

 private:
  std::shared_ptr<Impl> store_;
  Watched what_;
  std::string ns_;
};

}  // namespace

Store::Store(Destinations destinations, const Clock& clock) : impl_(std::make_shared<Impl>(std::move(destinations), clock)) {}
Store::~Store() = default;

std::shared_ptr<ObjectSink> Store::sink(Watched what, const std::string& ns) {
  std::shared_ptr<ObjectSink> made;
  with_type(what, [&](auto type) { made = std::make_shared<Sink<typename decltype(type)::type, Impl>>(impl_, what, ns); });
  return made;
}

void Store::forget(Watched what, const std::string& ns) {
  impl_->forget(what, ns);
}

void Store::set_stacks(std::vector<Stack> stacks) {
  impl_->set_stacks(std::move(stacks));
}

void Store::put_stack(std::shared_ptr<const Stack> stack) {
  impl_->put_stack(std::move(stack));
}

void Store::remove_stack(const std::string& ns, const std::string& name) {
  impl_->remove_stack(ns, name);
}

bool Store::in_stack(const std::string& ns, const std::string& application) const {
  return impl_->in_stack(ns, application);
}

void Store::use_objects(std::set<ObjectKind> kinds) {
  impl_->use_objects(std::move(kinds));
}

void Store::mark_namespaces(const std::set<std::string>& of_stacks, const std::set<std::string>& of_applications) {
  impl_->mark_namespaces(of_stacks, of_applications);
}

std::vector<Concern> Store::take_dirty() {
  return impl_->take_dirty();
}

void Store::when_dirty(std::function<void()> wake) {
  impl_->when_dirty(std::move(wake));
}

Snapshot Store::slice(const Stack& stack) const {
  return impl_->slice([&](const SliceSource& source) { return slice_of_stack(source, stack); });
}

Snapshot Store::slice_application(const std::string& ns, const std::string& name) const {
  return impl_->slice([&](const SliceSource& source) { return slice_of_application(source, ns, name); });
}

std::size_t Store::count(Watched what) const {
  return impl_->count(what);
}

std::uint64_t Store::unreadable_count() const {
  return impl_->unreadable_count();
}

std::vector<Unreadable> Store::take_unreadable() {
  return impl_->take_unreadable();
}

}  // namespace refloat
