#include "kube/stream_loop.h"

#include <curl/curl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "kube/curl_setup.h"
#include "kube/endpoint.h"
#include "kube/flood.h"
#include "kube/stream_exchange.h"
#include "kube/stream_transport.h"

namespace refloat {
namespace {

// Then whoever waits for the end of this round gets a turn.
constexpr int rounds_max = 64;

struct MultiDeleter {
  void operator()(CURLM* multi) const { (void)curl_multi_cleanup(multi); }
};
using Multi = std::unique_ptr<CURLM, MultiDeleter>;

// The port on our side of a connection, by which it is known; 0 = none.
int local_port_of(curl_socket_t socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  if (address.ss_family == AF_INET) return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
  if (address.ss_family == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
  return 0;
}

// The sockets curl has open. We open them ourselves, so that a dead connection can be closed under the streams that share it.
class Sockets {
 public:
  void serve(CURL* handle) {
    set(handle, CURLOPT_OPENSOCKETFUNCTION, &open);
    set(handle, CURLOPT_OPENSOCKETDATA, this);
    set(handle, CURLOPT_CLOSESOCKETFUNCTION, &close);
    set(handle, CURLOPT_CLOSESOCKETDATA, this);
  }
  void shut_down(int local_port) const {
    for (const curl_socket_t socket : open_) {
      if (local_port_of(socket) == local_port) (void)::shutdown(socket, SHUT_RDWR);
    }
  }
  [[nodiscard]] int opened() const { return opened_; }

 private:
  static curl_socket_t open(void* user, curlsocktype /*purpose*/, curl_sockaddr* address) {
    auto& self = *static_cast<Sockets*>(user);
    const curl_socket_t socket = ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    if (socket == CURL_SOCKET_BAD) return socket;
    self.open_.insert(socket);
    ++self.opened_;
    return socket;
  }
  static int close(void* user, curl_socket_t socket) {
    static_cast<Sockets*>(user)->open_.erase(socket);
    return ::close(socket);
  }

  std::set<curl_socket_t> open_;
  int opened_ = 0;
};

}  // namespace

class StreamLoop::Impl {
 public:
  Impl() {
    start_curl();
    multi_.reset(curl_multi_init());
    (void)curl_multi_setopt(multi_.get(), CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_MULTIPLEX));
  }
  ~Impl() {
    for (const auto& [id, stream] : streams_) detach(*stream);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  StreamId open(const std::shared_ptr<const Origin>& origin, const StreamRequest& request, StreamHandler& handler) {
    const StreamId id = ++last_id_;
    auto stream = std::make_unique<StreamExchange>(StreamExchange{.id = id, .origin = origin, .request = request, .handler = &handler});
    Result<> begun = stream->begin();
    if (begun) {
      sockets_.serve(stream->easy.get());
      (void)curl_multi_add_handle(multi_.get(), stream->easy.get());
    } else {
      stillborn_.emplace_back(id, begun.error());
    }
    streams_.emplace(id, std::move(stream));
    return id;
  }

  void cancel(StreamId id) { (void)take(id); }

  void run_once(Duration patience) {
    if (end_stillborn()) return;
    if (perform()) return;
    std::this_thread::sleep_for(std::min(rest_, patience));
    const Moment began = steady_now();
    const Duration wait = std::clamp<Duration>(std::min(patience, until_silence()), Duration(0), std::chrono::hours(1));
    (void)curl_multi_poll(multi_.get(), nullptr, 0, static_cast<int>(wait.count()), nullptr);
    rest_ = flood_.rest_after(steady_now() - began);
    for (int round = 1; !perform() && gathered_more() && round < rounds_max; ++round) continue;
    end_silent();
  }

  void wake_up() { (void)curl_multi_wakeup(multi_.get()); }
  [[nodiscard]] int connections_opened() const { return sockets_.opened(); }

 private:
  void detach(StreamExchange& stream) {
    if (stream.easy) (void)curl_multi_remove_handle(multi_.get(), stream.easy.get());
  }

  // The stream of this id, no longer ours; null when there is none.
  std::unique_ptr<StreamExchange> take(StreamId id) {
    const auto found = streams_.find(id);
    if (found == streams_.end()) return nullptr;
    std::unique_ptr<StreamExchange> stream = std::move(found->second);
    streams_.erase(found);
    detach(*stream);
    return stream;
  }

  // The stream is gone before its handler hears of it, so that the handler can open another.
  void finish(StreamId id, const StreamEnd& end) {
    const std::unique_ptr<StreamExchange> stream = take(id);
    if (!stream) return;
    StreamHandler& handler = *stream->handler;
    handler.ended(end);
  }

  // Streams that could not begin end in the next round, so that open() never calls a handler.
  bool end_stillborn() {
    const auto failed = std::exchange(stillborn_, {});
    for (const auto& [id, error] : failed) finish(id, {.error = error});
    return !failed.empty();
  }

  // Lets curl work; whether any stream ended.
  bool perform() {
    int running = 0;
    (void)curl_multi_perform(multi_.get(), &running);
    bool any = false;
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const CURLcode code = message->data.result;
      StreamExchange* stream = nullptr;
      (void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &stream);
      finish(stream->id, stream->end(code));
      any = true;
    }
    return any;
  }

  // In a flood: what gathered during a rest is more than curl takes in one round, least where streams share a connection.
  bool gathered_more() {
    int ready = 0;
    if (rest_ > Duration(0)) (void)curl_multi_poll(multi_.get(), nullptr, 0, 0, &ready);
    return ready > 0;
  }

  [[nodiscard]] Duration until_silence() const {
    Moment first = Moment::max();
    for (const auto& [id, stream] : streams_) first = std::min(first, stream->silent_at());
    return first == Moment::max() ? Duration::max() : first - steady_now();
  }

  // When a byte last came on this connection. What we sent proves nothing: a dead one takes it too.
  [[nodiscard]] Moment heard_on(int local_port) const {
    Moment latest{};
    for (const auto& [id, stream] : streams_) {
      if (stream->local_port == local_port) latest = std::max(latest, stream->received);
    }
    return latest;
  }

  void end_silent() {
    const Moment now = steady_now();
    std::vector<StreamId> silent;
    for (const auto& [id, stream] : streams_) {
      if (stream->silent_at() <= now) silent.push_back(id);
    }
    for (const StreamId id : silent) end_silent(id, now);
  }

  void end_silent(StreamId id, Moment now) {
    const auto found = streams_.find(id);
    if (found == streams_.end()) return;
    StreamExchange& stream = *found->second;
    const bool dead = stream.local_port != 0 && heard_on(stream.local_port) + stream.request.silence_max <= now;
    if (dead) sockets_.shut_down(stream.local_port);
    stream.silent = true;
    finish(id, stream.end(CURLE_OPERATION_TIMEDOUT));
  }

  Sockets sockets_;  // outlives the connections that curl still closes
  Multi multi_;
  std::map<StreamId, std::unique_ptr<StreamExchange>> streams_;
  std::vector<std::pair<StreamId, Error>> stillborn_;
  StreamId last_id_ = 0;
  Flood flood_;
  Duration rest_{0};
};

StreamLoop::StreamLoop() : impl_(std::make_unique<Impl>()) {}
StreamLoop::~StreamLoop() = default;

StreamId StreamLoop::open(const std::shared_ptr<const Origin>& origin, const StreamRequest& request, StreamHandler& handler) {
  return impl_->open(origin, request, handler);
}
void StreamLoop::cancel(StreamId id) {
  impl_->cancel(id);
}
void StreamLoop::run_once(Duration patience) {
  impl_->run_once(patience);
}
void StreamLoop::wake_up() {
  impl_->wake_up();
}
Moment StreamLoop::now() const {
  return steady_now();
}
int StreamLoop::connections_opened() const {
  return impl_->connections_opened();
}

}  // namespace refloat
