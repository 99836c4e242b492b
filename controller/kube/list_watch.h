// Keeps a view of one resource type current: a whole list first, then its changes, resumed after every interruption.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "kube/kube_api.h"

namespace refloat {

// Takes what is seen. Return false to end the current watch.
class ListWatchSink {
 public:
  virtual ~ListWatchSink() = default;
  // Everything there is; what was known before and is not in it has gone.
  virtual bool replaced(const ObjectList& list) = 0;
  // One change; never a bookmark.
  virtual bool changed(const WatchEvent& event) = 0;
};

// One resource type under one selector. Not for several threads; the owner decides when to call step() again.
class ListWatch {
 public:
  // `selection` gives selectors and the duration of a watch; with send_initial_events the list is streamed where the server can.
  ListWatch(KubeApi& api, Resource resource, WatchOptions selection);

  // Lists if there is no position to go on from, then follows one watch to its end. ok = call again at once (it ended cleanly, or
  // the position was too old and the next step lists again); an error = call again after a wait, the position is kept where it can be.
  Result<> step(ListWatchSink& sink);
  // Where the next watch starts; "" = the next step lists.
  [[nodiscard]] const std::string& position() const { return position_; }

 private:
  Result<> list(ListWatchSink& sink);
  Result<> stream_list(ListWatchSink& sink);
  Result<> follow(ListWatchSink& sink);
  bool take(const WatchEvent& event, ListWatchSink& sink);
  Result<> after_end(const Result<>& end);

  KubeApi& api_;
  Resource resource_;
  WatchOptions selection_;
  bool streaming_;      // list by WatchList
  bool wanted_ = true;  // the sink wants more of this step
  std::string position_;
};

}  // namespace refloat
