#include "simulation/churn/streams.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <vector>

#include "base/text.h"
#include "kube/errors.h"
#include "sim/api_server.h"

namespace refloat::simulation {

namespace {

using std::chrono::seconds;

constexpr Duration bookmark_every = seconds(60);

std::string parameter(const std::string& query, const std::string& name) {
  for (const std::string& pair : split(query, '&')) {
    if (pair.starts_with(name + "=")) return pair.substr(name.size() + 1);
  }
  return "";
}

// "/apis/GROUP/VERSION[/namespaces/NS]/PLURAL", "/api/v1/...".
Resource resource_from(const std::string& path) {
  std::vector<std::string> parts = split(path, '/');
  const bool core = parts.at(1) == "api";
  Resource resource{core ? "" : parts.at(2), parts.at(core ? 2 : 3), parts.back(), "", "", ""};
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    if (parts[i] == "namespaces") resource.ns = parts[i + 1];
  }
  return resource;
}

bool concerns(const sim::Change& change, const Resource& resource) {
  return change.key.plural == resource.plural && change.key.group == resource.group &&
         (resource.ns.empty() || resource.ns == change.key.ns);
}

const char* word(sim::Change::Type type) {
  if (type == sim::Change::Type::added) return "ADDED";
  return type == sim::Change::Type::deleted ? "DELETED" : "MODIFIED";
}

StreamEnd no_connection() {
  return {Error{ErrorKind::transient, "connect: connection refused"}, 0, false};
}

StreamEnd forbidden(const Resource& resource) {
  return {error_of_status(sim::failure(403, "Forbidden", resource.plural + " is forbidden: RBAC: clusterrole not found").body), 403, false};
}

}  // namespace

StreamId SimStreams::open(const std::shared_ptr<const Origin>& /*origin*/, const StreamRequest& request, StreamHandler& handler) {
  const auto mark = request.target.find('?');
  const std::string query = mark == std::string::npos ? "" : request.target.substr(mark + 1);
  Stream stream;
  stream.handler = &handler;
  stream.resource = resource_from(request.target.substr(0, mark));
  stream.list_first = parameter(query, "sendInitialEvents") == "true";
  stream.position = std::atoll(parameter(query, "resourceVersion").c_str());
  stream.ends_at = crowd_.now() + seconds(std::atoi(parameter(query, "timeoutSeconds").c_str()));
  stream.bookmark_at = crowd_.now() + bookmark_every;
  streams_.emplace(++last_, std::move(stream));
  ++counts_.opened;
  return last_;
}

SimStreams::Stream* SimStreams::find(StreamId id) {
  const auto found = streams_.find(id);
  return found == streams_.end() ? nullptr : &found->second;
}

std::vector<StreamId> SimStreams::open_ids() const {
  std::vector<StreamId> ids;
  for (const auto& [id, stream] : streams_) ids.push_back(id);
  return ids;
}

void SimStreams::end(StreamId id, const StreamEnd& how) {
  const auto stream = streams_.extract(id);
  if (!stream.empty()) stream.mapped().handler->ended(how);
}

// In pieces, as a network cuts it.
bool SimStreams::send(StreamId id, const char* type, const Json& object) {
  Stream* stream = find(id);
  const std::string line = std::string(R"({"type":")") + type + R"(","object":)" + object.dump() + "}\n";
  const std::size_t cut = dice_() % line.size();
  const bool wanted =
      stream->handler->bytes(std::string_view(line).substr(0, cut)) && stream->handler->bytes(std::string_view(line).substr(cut));
  if (!wanted) end(id, {std::nullopt, 200, false});
  return wanted;
}

bool SimStreams::send_bookmark(StreamId id, bool ends_list) {
  Stream* stream = find(id);
  stream->bookmark_at = crowd_.now() + bookmark_every;
  Json object{{"metadata", {{"resourceVersion", std::to_string(stream->position)}}}};
  if (ends_list) object["metadata"]["annotations"] = {{"k8s.io/initial-events-end", "true"}};
  ++counts_.bookmarks;
  return send(id, "BOOKMARK", object);
}

bool SimStreams::send_list(StreamId id) {
  const Resource resource = find(id)->resource;
  const sim::ObjectStore& store = crowd_.api().store();
  ++counts_.lists;
  for (const sim::StoredObject& object : store.list(resource.group, resource.plural, resource.ns)) {
    if (!send(id, "ADDED", *object)) return false;
  }
  find(id)->position = store.revision();
  return send_bookmark(id, true);
}

void SimStreams::end_gone(StreamId id) {
  ++counts_.gone;
  if (send(id, "ERROR", sim::failure(410, "Expired", "too old resource version").body)) end(id, {std::nullopt, 200, false});
}

void SimStreams::begin(StreamId id) {
  Stream* stream = find(id);
  if (mood_ != ServerMood::up) {
    ++counts_.refused;
    return end(id, mood_ == ServerMood::down ? no_connection() : forbidden(stream->resource));
  }
  (void)crowd_.api().open_watch("refloat", stream->resource);
  stream->begun = true;
  stream->handler->accepted();
  if (stream->list_first) {
    send_list(id);
    return;
  }
  if (stream->position < crowd_.api().store().oldest() && !leaks(*stream)) return end_gone(id);
  // What has happened since; the others have had it.
  const std::int64_t from = stream->position;
  for (const sim::Change& change : crowd_.api().store().history()) {
    if (change.revision <= from || change.revision > sent_ || !concerns(change, find(id)->resource)) continue;
    if (leaks(*find(id)) && change.type == sim::Change::Type::deleted) continue;
    ++counts_.events;
    find(id)->position = change.revision;
    if (!send(id, word(change.type), change.object)) return;
  }
}

void SimStreams::send_changes() {
  const auto& history = crowd_.api().store().history();
  auto change = std::lower_bound(history.begin(), history.end(), sent_ + 1,
                                 [](const sim::Change& each, std::int64_t revision) { return each.revision < revision; });
  const std::vector<StreamId> ids = open_ids();
  for (; change != history.end(); ++change) {
    for (const StreamId id : ids) {
      Stream* open = find(id);
      if (open == nullptr || !open->begun || open->position >= change->revision || !concerns(*change, open->resource)) continue;
      if (leaks(*open) && change->type == sim::Change::Type::deleted) continue;
      ++counts_.events;
      open->position = change->revision;
      send(id, word(change->type), change->object);
    }
  }
  sent_ = crowd_.api().store().revision();
}

void SimStreams::send_due(StreamId id) {
  Stream* stream = find(id);
  if (stream == nullptr || !stream->begun) return;
  if (crowd_.now() >= stream->ends_at) {
    ++counts_.timeouts;
    return end(id, {std::nullopt, 200, false});
  }
  if (crowd_.now() < stream->bookmark_at) return;
  stream->position = sent_;
  send_bookmark(id, false);
}

void SimStreams::run_once(Duration /*patience*/) {
  send_changes();
  for (const StreamId id : open_ids()) {
    const Stream* stream = find(id);
    if (stream != nullptr && !stream->begun) begin(id);
    send_due(id);
  }
}

Time SimStreams::next() const {
  Time next = Time::max();
  for (const auto& [id, stream] : streams_)
    next = std::min({next, stream.ends_at, stream.bookmark_at, stream.begun ? Time::max() : Time{}});
  return next;
}

void SimStreams::set_mood(ServerMood mood) {
  mood_ = mood;
  if (mood != ServerMood::down) return;
  for (const StreamId id : open_ids()) end(id, no_connection());
}

void SimStreams::cut(const std::string& plural) {
  for (const auto& [id, stream] : streams_) {
    if (stream.resource.plural != plural || !stream.begun) continue;
    ++counts_.cut;
    return end(id, {Error{ErrorKind::transient, "connection reset by peer"}, 200, false});
  }
}

// Who is connected has had all of it.
void SimStreams::compact() {
  send_changes();
  crowd_.api().store().compact();
}

}  // namespace refloat::simulation
