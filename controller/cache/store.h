// The cache: what the streams of watched objects say, kept as compact records, and whom a change concerns.
//
//   Store store(connected.api->server(), clock);
//   watcher.add({.origin = connected.origin, .resource = resource_of(Watched::pod, "")}, store.sink(Watched::pod, ""));
//   store.set_stacks(stacks);
//   for (const Concern& concern : store.take_dirty()) judge(store.slice(stack_of(concern)));
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "cache/concerns.h"
#include "cache/watched.h"
#include "kube/object_sink.h"
#include "model/destinations.h"
#include "model/snapshot.h"
#include "model/stack.h"
#include "model/vocabulary.h"

namespace refloat {

// An object that came and could not be read; the others are not affected.
struct Unreadable {
  std::string what;  // "pods in namespace x"
  std::string why;
};

// May be used from several threads; sinks are called from the watching one.
class Store {
 public:
  // `destinations` are the clusters that streams may come from; `clock` must outlive the store and its sinks.
  Store(Destinations destinations, const Clock& clock);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // Takes what one stream brings; `ns` empty = of all namespaces, "prod/" = of all of cluster prod. No two may bring the same object.
  std::shared_ptr<ObjectSink> sink(Watched what, const std::string& ns);
  // The stream is not wanted any more: what it brought is dropped.
  void forget(Watched what, const std::string& ns);

  // What is looked at as one; Applications outside of all of them are looked at one by one.
  void set_stacks(std::vector<Stack> stacks);
  // One of them is new or was edited, or is gone; costs the same however many there are.
  void put_stack(std::shared_ptr<const Stack> stack);
  void remove_stack(const std::string& ns, const std::string& name);
  // Whether some Stack names this Application.
  [[nodiscard]] bool in_stack(const std::string& ns, const std::string& application) const;
  // What facts in use ask for beyond the usual: of these kinds slices tell, and a change of one makes somebody dirty. None at first.
  void use_objects(std::set<ObjectKind> kinds);
  // The Stacks and the Applications of these namespaces are looked at again: what they are judged by has changed.
  void mark_namespaces(const std::set<std::string>& of_stacks, const std::set<std::string>& of_applications);
  // Whose objects have changed in something that is kept, since the last call; each once, in order.
  std::vector<Concern> take_dirty();
  // Called, from the watching thread, whenever there is something dirty again after a take_dirty(). Must be short and not call the store.
  void when_dirty(std::function<void()> wake);

  // Equal to what collect() would give for the same objects and kinds.
  [[nodiscard]] Snapshot slice(const Stack& stack) const;
  // The same for an Application outside any Stack.
  [[nodiscard]] Snapshot slice_application(const std::string& ns, const std::string& name) const;

  // Objects of a kind.
  [[nodiscard]] std::size_t count(Watched what) const;
  // How many objects could not be read so far, and the latest of them (not more than a hundred); forgets the latter.
  [[nodiscard]] std::uint64_t unreadable_count() const;
  std::vector<Unreadable> take_unreadable();

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace refloat
