#include "kube/stream_exchange.h"

#include <curl/curl.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "base/time.h"
#include "kube/curl_setup.h"
#include "kube/endpoint.h"
#include "kube/errors.h"
#include "kube/http.h"
#include "kube/stream_transport.h"
#include "kube/transfer_error.h"

namespace refloat {
namespace {

std::size_t on_header(char* data, std::size_t size, std::size_t count, void* user) {
  auto& stream = *static_cast<StreamExchange*>(user);
  const std::string_view line(data, size * count);
  stream.heard = stream.received = steady_now();
  const bool last = line == "\r\n" || line == "\n";
  if (last && !stream.accepted && status_of(stream.easy.get()) == 200) {
    stream.accepted = true;
    stream.handler->accepted();
  }
  return line.size();
}

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* user) {
  auto& stream = *static_cast<StreamExchange*>(user);
  const std::string_view piece(data, size * count);
  stream.heard = stream.received = steady_now();
  if (!stream.accepted) {
    const std::size_t room = stream.request.refusal_bytes_max - std::min(stream.request.refusal_bytes_max, stream.refusal.size());
    stream.refusal.append(piece.substr(0, room));
    return piece.size();
  }
  stream.wanted = stream.handler->bytes(piece);
  return stream.wanted ? piece.size() : (piece.empty() ? 1 : 0);
}

// Called for each sending: curl sends again on another connection where the first closed without an answer.
int on_sending(void* user, char* /*peer*/, char* /*local*/, int /*peer_port*/, int local_port) {
  auto& stream = *static_cast<StreamExchange*>(user);
  stream.local_port = local_port;
  stream.heard = steady_now();
  stream.silent = false;
  return CURL_PREREQFUNC_OK;
}

void set_callbacks(StreamExchange& stream) {
  CURL* handle = stream.easy.get();
  set(handle, CURLOPT_PRIVATE, &stream);
  set(handle, CURLOPT_HEADERFUNCTION, &on_header);
  set(handle, CURLOPT_HEADERDATA, &stream);
  set(handle, CURLOPT_WRITEFUNCTION, &on_body);
  set(handle, CURLOPT_WRITEDATA, &stream);
  set(handle, CURLOPT_PREREQFUNCTION, &on_sending);
  set(handle, CURLOPT_PREREQDATA, &stream);
  set(handle, CURLOPT_ERRORBUFFER, stream.words.data());
  // Rather wait for a connection to share than open another; without TLS there is no HTTP/2, and curl would wait in vain.
  set(handle, CURLOPT_PIPEWAIT, stream.origin->endpoint.server.starts_with("https://") ? 1L : 0L);
}

Error error_of_transfer(CURLcode code, const StreamExchange& stream) {
  TransferFailure failure;
  failure.code = static_cast<int>(code);
  failure.words = stream.words.front() != '\0' ? stream.words.data() : curl_easy_strerror(code);
  failure.sent = stream.local_port != 0;
  return transfer_error(failure);
}

}  // namespace

Moment steady_now() {
  return std::chrono::floor<Duration>(std::chrono::steady_clock::now());
}

Result<> StreamExchange::begin() {
  Result<Identity> now = origin->credentials->current();
  if (!now) return now.error();
  identity = std::move(*now);
  easy.reset(curl_easy_init());
  if (!easy) return Error{ErrorKind::transient, "no memory for another stream"};
  HttpRequest get;
  get.target = request.target;
  get.accept = request.accept;
  get.connect_timeout = request.connect_timeout;
  Result<Prepared> ready = prepare(easy.get(), origin->endpoint, origin->user_agent, get, identity);
  if (!ready) return ready.error();
  prepared = std::move(*ready);
  set_callbacks(*this);
  return ok();
}

StreamEnd StreamExchange::end(CURLcode code) {
  StreamEnd out;
  out.status = status_of(easy.get());
  if (!wanted) return out;
  if (silent) {
    out.error = Error{ErrorKind::timed_out, "not one byte came for " + format_duration(request.silence_max)};
  } else if (code != CURLE_OK) {
    out.error = error_of_transfer(code, *this);
  } else if (!accepted) {
    out.error = error_of({out.status, refusal, retry_after_of(easy.get())});
  }
  if (out.error) out.error = without_secrets(*out.error, identity);
  out.renewed = out.status == 401 && origin->credentials->renew(identity);
  return out;
}

}  // namespace refloat
