// Long-lived GET requests as a port: what watch/ needs of the network. Implemented by kube/stream_loop (real) and by tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "kube/endpoint.h"

namespace refloat {

struct StreamRequest {
  std::string target = {};  // path and query, already encoded
  std::string accept = "application/json";
  Duration silence_max{150000};     // ends the stream when not one byte came for so long: a half-open connection looks like a quiet one
  Duration connect_timeout{10000};  // for name, TCP and TLS
  std::size_t refusal_bytes_max = std::size_t{64} << 10U;  // of an answer other than 200; the rest is dropped
};

// How a stream ended.
struct StreamEnd {
  std::optional<Error> error = {};  // nothing = the server ended a complete answer
  int status = 0;                   // of HTTP; 0 = there was no answer
  bool renewed = false;             // after a 401: there are other credentials now, so that one more try makes sense
};

// Takes one stream; called by run_once() only. Must not open or cancel streams inside bytes().
class StreamHandler {
 public:
  virtual ~StreamHandler() = default;
  // The server said 200; bytes may be long in coming.
  virtual void accepted() = 0;
  // The next bytes of a 200 answer; false = no more are wanted, and ended() follows without an error.
  virtual bool bytes(std::string_view piece) = 0;
  // Once, and nothing after it; not called for a cancelled stream.
  virtual void ended(const StreamEnd& end) = 0;
};

using StreamId = std::uint64_t;

class StreamTransport {
 public:
  virtual ~StreamTransport() = default;
  // Starts a request with the identity of this moment. `handler` must live until ended() or cancel().
  virtual StreamId open(const std::shared_ptr<const Origin>& origin, const StreamRequest& request, StreamHandler& handler) = 0;
  virtual void cancel(StreamId id) = 0;
  // Moves bytes for at most `patience`; returns earlier when something happened.
  virtual void run_once(Duration patience) = 0;
  // Any thread: makes a running or the next run_once() return.
  virtual void wake_up() = 0;
  // Any thread.
  [[nodiscard]] virtual Moment now() const = 0;
};

}  // namespace refloat
