#include "kube/http.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "kube/curl_setup.h"
#include "kube/endpoint.h"
#include "kube/transfer_error.h"

namespace refloat {
namespace {

// What one exchange collects; curl's callbacks get a pointer to it.
struct Exchange {
  CURL* handle;
  const HttpRequest& request;
  HttpResponse response = {};
  int sent = 0;  // how often curl began to send the request
  bool too_large = false;
  std::array<char, CURL_ERROR_SIZE> words = {};
};

bool keep(Exchange& exchange, std::string_view piece) {
  exchange.too_large = exchange.response.body.size() + piece.size() > exchange.request.body_bytes_max;
  if (!exchange.too_large) exchange.response.body.append(piece);
  return !exchange.too_large;
}

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* user) {
  const std::size_t bytes = size * count;
  return keep(*static_cast<Exchange*>(user), {data, bytes}) ? bytes : (bytes == 0 ? 1 : 0);
}

// curl resends a request on a new connection when a reused one closes without an answer. The server may have acted on the first,
// so an effect is stopped here instead.
int on_sending(void* user, char* /*peer*/, char* /*local*/, int /*peer_port*/, int /*local_port*/) {
  auto& exchange = *static_cast<Exchange*>(user);
  if (exchange.request.effect && exchange.sent > 0) return CURL_PREREQFUNC_ABORT;
  ++exchange.sent;
  return CURL_PREREQFUNC_OK;
}

void set_callbacks(CURL* handle, Exchange& exchange) {
  set(handle, CURLOPT_WRITEFUNCTION, &on_body);
  set(handle, CURLOPT_WRITEDATA, &exchange);
  set(handle, CURLOPT_PREREQFUNCTION, &on_sending);
  set(handle, CURLOPT_PREREQDATA, &exchange);
  set(handle, CURLOPT_ERRORBUFFER, exchange.words.data());
}

TransferFailure failure_of(CURLcode code, const Exchange& exchange) {
  TransferFailure failure;
  failure.code = static_cast<int>(code);
  failure.words = exchange.words.front() != '\0' ? exchange.words.data() : curl_easy_strerror(code);
  failure.sent = exchange.sent > 0;
  failure.effect = exchange.request.effect;
  failure.too_large = exchange.too_large;
  failure.body_bytes_max = exchange.request.body_bytes_max;
  return failure;
}

Result<HttpResponse> perform(Exchange& exchange) {
  const CURLcode code = curl_easy_perform(exchange.handle);
  exchange.response.status = status_of(exchange.handle);
  exchange.response.retry_after_s = retry_after_of(exchange.handle);
  if (code == CURLE_OK) return std::move(exchange.response);
  return transfer_error(failure_of(code, exchange));
}

}  // namespace

// Idle handles, the most recently used first: that one has the warmest connection.
class HttpClient::Pool {
 public:
  Easy take() {
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        Easy handle = std::move(idle_.back());
        idle_.pop_back();
        return handle;
      }
    }
    return Easy(curl_easy_init());
  }
  void give(Easy handle) {
    curl_easy_reset(handle.get());  // forgets every option, and with them credentials; keeps connections
    const std::lock_guard lock(mutex_);
    if (idle_.size() < idle_max) idle_.push_back(std::move(handle));
  }

 private:
  static constexpr std::size_t idle_max = 8;
  std::mutex mutex_;
  std::vector<Easy> idle_;
};

HttpClient::HttpClient(Endpoint endpoint, std::string user_agent)
    : endpoint_(std::move(endpoint)), user_agent_(std::move(user_agent)), pool_(std::make_unique<Pool>()) {
  start_curl();
}

HttpClient::~HttpClient() = default;

Result<HttpResponse> HttpClient::send(const HttpRequest& request, const Identity& identity) {
  Easy easy = pool_->take();
  if (!easy) return Error{ErrorKind::transient, "no memory for another connection"};
  CURL* handle = easy.get();
  Exchange exchange{.handle = handle, .request = request};
  const Result<Prepared> prepared = prepare(handle, endpoint_, user_agent_, request, identity);
  if (!prepared) return prepared.error();
  if (!endpoint_.disable_compression) set(handle, CURLOPT_ACCEPT_ENCODING, "gzip");
  set(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(1, request.timeout.count())));
  set_callbacks(handle, exchange);
  Result<HttpResponse> response = perform(exchange);
  pool_->give(std::move(easy));
  return response;
}

std::string percent_encode(std::string_view text) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~';
    if (plain) {
      out += c;
    } else {
      out += {'%', digits[byte >> 4U], digits[byte & 15U]};
    }
  }
  return out;
}

}  // namespace refloat
