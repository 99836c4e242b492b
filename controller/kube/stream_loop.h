// Many long-lived GET streams in one thread: one loop over all sockets, HTTP/2 streams of one cluster share a connection.
//
// Trust, identity, proxy and headers are those of HttpClient. A connection on which nothing at all came for a stream's silence limit is
// closed for all its streams, so that none of them is opened on it again; where others still hear something, only the silent one ends.
// A credential plugin that has to log in runs inside open() and holds all streams up for as long.
#pragma once

#include <memory>

#include "base/time.h"
#include "kube/endpoint.h"
#include "kube/stream_transport.h"

namespace refloat {

class StreamLoop final : public StreamTransport {
 public:
  StreamLoop();
  // Ends all streams without telling their handlers.
  ~StreamLoop() override;
  StreamLoop(const StreamLoop&) = delete;
  StreamLoop& operator=(const StreamLoop&) = delete;

  StreamId open(const std::shared_ptr<const Origin>& origin, const StreamRequest& request, StreamHandler& handler) override;
  void cancel(StreamId id) override;
  void run_once(Duration patience) override;
  void wake_up() override;
  [[nodiscard]] Moment now() const override;

  // How many connections were opened so far: streams share them where the server speaks HTTP/2.
  [[nodiscard]] int connections_opened() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace refloat
