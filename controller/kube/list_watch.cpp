#include "kube/list_watch.h"

#include <map>
#include <string>
#include <utility>

#include "base/json.h"
#include "base/result.h"
#include "kube/kube_api.h"

namespace refloat {
namespace {

std::string version_of(const Json& object) {
  return text_at(object, {"metadata", "resourceVersion"});
}

bool ends_initial_events(const WatchEvent& event) {
  return event.type == WatchEvent::Type::bookmark &&
         text_at(event.object, {"metadata", "annotations", "k8s.io/initial-events-end"}) == "true";
}

std::string key_of(const Json& object) {
  return text_at(object, {"metadata", "namespace"}) + "/" + text_at(object, {"metadata", "name"});
}

// The initial events may already hold changes: only the last state of an object counts.
class InitialList {
 public:
  void take(const WatchEvent& event) {
    if (event.type == WatchEvent::Type::bookmark) return;
    if (event.type == WatchEvent::Type::deleted) {
      objects_.erase(key_of(event.object));
    } else {
      objects_[key_of(event.object)] = event.object;
    }
  }
  ObjectList finish(std::string version) {
    ObjectList list;
    list.resource_version = std::move(version);
    for (auto& [key, object] : objects_) list.items.push_back(std::move(object));
    return list;
  }

 private:
  std::map<std::string, Json> objects_;
};

}  // namespace

ListWatch::ListWatch(KubeApi& api, Resource resource, WatchOptions selection)
    : api_(api), resource_(std::move(resource)), selection_(std::move(selection)), streaming_(selection_.send_initial_events) {}

Result<> ListWatch::step(ListWatchSink& sink) {
  wanted_ = true;
  if (!position_.empty()) return follow(sink);
  if (streaming_) {
    const Result<> streamed = stream_list(sink);
    if (streamed || streamed.error().kind != ErrorKind::invalid) return streamed;
    streaming_ = false;  // 422: this server does not know WatchList
  }
  const Result<> listed = list(sink);
  return listed && wanted_ ? follow(sink) : listed;
}

Result<> ListWatch::list(ListWatchSink& sink) {
  ListOptions options;
  options.label_selector = selection_.label_selector;
  options.field_selector = selection_.field_selector;
  const Result<ObjectList> all = api_.list(resource_, options);
  if (!all) return all.error();
  position_ = all->resource_version;
  wanted_ = sink.replaced(*all);
  return ok();
}

// List and changes in one stream: what comes before the end mark is the list.
Result<> ListWatch::stream_list(ListWatchSink& sink) {
  InitialList initial;
  bool complete = false;
  WatchOptions options = selection_;
  options.resource_version.clear();
  options.send_initial_events = true;
  const Result<> end = api_.watch(resource_, options, [&](const WatchEvent& event) {
    if (complete) return take(event, sink);
    complete = ends_initial_events(event);
    if (!complete) {
      initial.take(event);
      return true;
    }
    position_ = version_of(event.object);
    return wanted_ = sink.replaced(initial.finish(position_));
  });
  if (complete) return after_end(end);
  position_.clear();
  if (end) return Error{ErrorKind::transient, "watch " + resource_.plural + ": the list ended before its end mark"};
  return end.error().kind == ErrorKind::gone ? ok() : end;
}

Result<> ListWatch::follow(ListWatchSink& sink) {
  WatchOptions options = selection_;
  options.resource_version = position_;
  options.send_initial_events = false;
  return after_end(api_.watch(resource_, options, [&](const WatchEvent& event) { return take(event, sink); }));
}

bool ListWatch::take(const WatchEvent& event, ListWatchSink& sink) {
  const std::string version = version_of(event.object);
  if (!version.empty()) position_ = version;
  if (event.type == WatchEvent::Type::bookmark) return true;
  return wanted_ = sink.changed(event);
}

// A position that is too old, or a stream that makes no sense, means that we may have missed something: list again.
Result<> ListWatch::after_end(const Result<>& end) {
  if (end) return end;
  const ErrorKind kind = end.error().kind;
  if (kind == ErrorKind::gone || kind == ErrorKind::invalid) position_.clear();
  return kind == ErrorKind::gone ? ok() : end;
}

}  // namespace refloat
