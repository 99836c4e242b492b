// Watching: events from the store's history as time passes, bookmarks, and every way a watch goes wrong.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "kube/errors.h"
#include "kube/kube_api.h"
#include "sim/api_server.h"
#include "sim/cluster.h"
#include "sim/faults.h"
#include "sim/object_store.h"
#include "sim/selectors.h"
#include "sim/sim_kube.h"

namespace refloat::sim {

namespace {

constexpr Duration look_every{100};

Error too_old() {
  return error_of_status(failure(410, "Expired", "too old resource version").body);
}

bool selected(const WatchOptions& options, const Json& object) {
  return !object.is_null() && labels_match(options.label_selector, at_path(object, {"metadata", "labels"})) &&
         fields_match(options.field_selector, object);
}

// What this watch sees of a change: an object that comes into its selection is added, one that leaves it is deleted.
std::optional<WatchEvent> event_of(const Change& change, const Resource& resource, const WatchOptions& options) {
  const bool concerned = change.key.group == resource.group && change.key.plural == resource.plural &&
                         (resource.ns.empty() || change.key.ns == resource.ns) &&
                         (resource.name.empty() || change.key.name == resource.name);
  if (!concerned) {
    return std::nullopt;
  }
  const bool before = selected(options, change.before);
  const bool after = change.type != WatchEvent::Type::deleted && selected(options, change.object);
  if (!before && !after) {
    return std::nullopt;
  }
  const auto type = !after ? WatchEvent::Type::deleted : !before ? WatchEvent::Type::added : WatchEvent::Type::modified;
  return WatchEvent{type, change.object};
}

WatchEvent bookmark(std::int64_t revision, bool end_of_list) {
  Json object{{"metadata", {{"resourceVersion", std::to_string(revision)}}}};
  if (end_of_list) {
    object["metadata"]["annotations"]["k8s.io/initial-events-end"] = "true";
  }
  return {WatchEvent::Type::bookmark, std::move(object)};
}

class Stream {
 public:
  Stream(Cluster& cluster, FaultPoint at, const Resource& resource, const WatchOptions& options, const WatchSink& sink)
      : cluster_(&cluster), at_(std::move(at)), resource_(&resource), options_(&options), sink_(&sink) {}

  // False = the sink has enough.
  bool send_list() {
    const ObjectStore& store = cluster_->api().store();
    for (const Json& object : store.list(resource_->group, resource_->plural, resource_->ns)) {
      if (selected(*options_, object) && !(*sink_)({WatchEvent::Type::added, object})) {
        return false;
      }
    }
    position_ = store.revision();
    return (*sink_)(bookmark(position_, true));
  }

  void start_at(std::int64_t revision) { position_ = revision; }
  [[nodiscard]] std::int64_t position() const { return position_; }

  // Everything since the last call; false = the sink has enough.
  bool send_changes() {
    const auto& history = cluster_->api().store().history();
    std::vector<Change> news;
    std::copy_if(history.begin(), history.end(), std::back_inserter(news), [&](const Change& c) { return c.revision > position_; });
    for (const Change& change : news) {
      position_ = change.revision;
      if (const auto event = event_of(change, *resource_, *options_); event && !send(*event, change)) {
        return false;
      }
    }
    return true;
  }

 private:
  bool send(const WatchEvent& event, const Change& change) {
    Faults& faults = cluster_->faults();
    const bool lost =
        event.type == WatchEvent::Type::deleted ? faults.fire(Fault::delete_missed, at_) : faults.fire(Fault::events_missed, at_);
    if (lost) {
      return true;
    }
    if (!(*sink_)(event)) {
      return false;
    }
    const bool again = event.type == WatchEvent::Type::modified && faults.fire(Fault::cache_overwritten_by_older, at_);
    return !again || (*sink_)({WatchEvent::Type::modified, change.before});
  }

  Cluster* cluster_;
  FaultPoint at_;
  const Resource* resource_;
  const WatchOptions* options_;
  const WatchSink* sink_;
  std::int64_t position_ = 0;
};

Error no_watch_list() {
  return error_of({422,
                   failure(422, "Invalid",
                           "ListOptions.meta.k8s.io \"\" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for "
                           "watch unless the WatchList feature gate is enabled")
                       .body->dump(),
                   0, false});
}

// Sends what changes until `end`, or until something ends the stream before.
Result<> follow(Cluster& cluster, const FaultPoint& at, Stream& stream, Time end, const WatchSink& sink) {
  while (cluster.now() < end) {
    if (stream.position() < cluster.api().store().oldest() || cluster.faults().fire(Fault::error_event_in_watch, at)) {
      return too_old();
    }
    if (cluster.faults().fire(Fault::connection_dropped, at)) {
      return Error{ErrorKind::transient, "connection reset by peer"};
    }
    if (!stream.send_changes()) {
      return ok();
    }
    cluster.advance(look_every);
  }
  sink(bookmark(cluster.api().store().revision(), false));
  return ok();
}

}  // namespace

Result<> SimKube::watch(const Resource& resource, const WatchOptions& options, const WatchSink& sink) {
  const FaultPoint at = point("watch", resource);
  Faults& faults = cluster_->faults();
  if (options.send_initial_events && !watch_list_) {
    return no_watch_list();
  }
  if (Result<Json> opened = read(at, [&] { return cluster_->api().open_watch(user_, resource); }); !opened) {
    return opened.error();
  }
  Stream stream(*cluster_, at, resource, options, sink);
  if (options.send_initial_events || options.resource_version.empty()) {
    if (!stream.send_list()) {
      return ok();
    }
  } else {
    stream.start_at(std::atoll(options.resource_version.c_str()));
  }
  if (faults.fire(Fault::old_events_delivered, at)) {
    stream.start_at(cluster_->api().store().oldest());
  }
  const Time end = cluster_->now() + std::chrono::seconds(options.timeout_s);
  if (faults.fire(Fault::half_open_connection, at)) {
    cluster_->advance(end - cluster_->now());
    return Error{ErrorKind::timed_out, "no byte arrived for " + std::to_string(options.timeout_s) + " s"};
  }
  return follow(*cluster_, at, stream, end, sink);
}

}  // namespace refloat::sim
