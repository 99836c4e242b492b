// The watches of a simulated API server, as bytes: what the controller's own streams read, line by line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "kube/stream_transport.h"
#include "simulation/churn/crowd.h"

namespace refloat::simulation {

// What went over the wire.
struct WireCounts {
  std::uint64_t opened = 0, lists = 0, events = 0, bookmarks = 0, timeouts = 0, gone = 0, cut = 0, refused = 0;
};

// How the API server is doing, for requests and watches alike.
enum class ServerMood {
  up,
  down,      // nobody listens
  starting,  // answers, and knows no rights yet
};

class SimStreams final : public StreamTransport {
 public:
  SimStreams(Crowd& crowd, std::uint64_t seed) : crowd_(crowd), dice_(seed) {}

  StreamId open(const std::shared_ptr<const Origin>& origin, const StreamRequest& request, StreamHandler& handler) override;
  void cancel(StreamId id) override { streams_.erase(id); }
  // Hands over what has happened until now; never waits.
  void run_once(Duration patience) override;
  void wake_up() override {}
  [[nodiscard]] Moment now() const override { return Moment(crowd_.now().time_since_epoch()); }

  void set_mood(ServerMood mood);
  // Cuts the connection of one watch.
  void cut(const std::string& plural);
  // etcd's compaction: whoever is behind has to list again.
  void compact();
  // When something is due although nothing changes: a bookmark, the end of a watch.
  [[nodiscard]] Time next() const;
  [[nodiscard]] std::size_t open_count() const { return streams_.size(); }
  [[nodiscard]] const WireCounts& counts() const { return counts_; }
  // On purpose: no deletion of a pod arrives, and no list of pods after the first.
  void forget_no_pod() { leaks_pods_ = true; }

 private:
  struct Stream {
    StreamHandler* handler = nullptr;
    Resource resource;
    bool list_first = false;
    bool begun = false;
    std::int64_t position = 0;
    Time ends_at{}, bookmark_at{};
  };

  void begin(StreamId id);
  bool send_list(StreamId id);
  void send_changes();
  void send_due(StreamId id);
  bool send(StreamId id, const char* type, const Json& object);
  bool send_bookmark(StreamId id, bool ends_list);
  void end(StreamId id, const StreamEnd& how);
  void end_gone(StreamId id);
  [[nodiscard]] bool leaks(const Stream& stream) const { return leaks_pods_ && stream.resource.plural == "pods"; }
  Stream* find(StreamId id);
  [[nodiscard]] std::vector<StreamId> open_ids() const;

  Crowd& crowd_;
  std::mt19937_64 dice_;
  std::map<StreamId, Stream> streams_;
  StreamId last_ = 0;
  std::int64_t sent_ = 0;  // up to this revision
  ServerMood mood_ = ServerMood::up;
  bool leaks_pods_ = false;
  WireCounts counts_;
};

}  // namespace refloat::simulation
