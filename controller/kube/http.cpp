#include "kube/http.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "kube/endpoint.h"
#include "kube/transfer_error.h"

namespace refloat {
namespace {

struct EasyDeleter {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct HeadersDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
struct UrlDeleter {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using Easy = std::unique_ptr<CURL, EasyDeleter>;
using Headers = std::unique_ptr<curl_slist, HeadersDeleter>;
using Url = std::unique_ptr<CURLU, UrlDeleter>;

template <class Value>
void set(CURL* handle, CURLoption option, Value value) {
  (void)curl_easy_setopt(handle, option, value);
}

void add(Headers& headers, const std::string& line) {
  curl_slist* grown = curl_slist_append(headers.get(), line.c_str());
  if (grown == nullptr) return;
  (void)headers.release();
  headers.reset(grown);
}

// What one exchange collects; curl's callbacks get a pointer to it.
struct Exchange {
  CURL* handle;
  const HttpRequest& request;
  HttpResponse response = {};
  int sent = 0;  // how often curl began to send the request
  bool too_large = false;
  std::array<char, CURL_ERROR_SIZE> words = {};
};

int status_of(CURL* handle) {
  long status = 0;
  (void)curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  return static_cast<int>(status);
}

bool keep(Exchange& exchange, std::string_view piece) {
  if (exchange.request.on_chunk && status_of(exchange.handle) == 200) {
    exchange.response.ended_by_us = !exchange.request.on_chunk(piece);
    return !exchange.response.ended_by_us;
  }
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

int on_progress(void* user, curl_off_t /*down_all*/, curl_off_t /*down*/, curl_off_t /*up_all*/, curl_off_t /*up*/) {
  auto& exchange = *static_cast<Exchange*>(user);
  if (!exchange.request.cancelled || !exchange.request.cancelled()) return 0;
  exchange.response.ended_by_us = true;
  return 1;
}

void set_callbacks(CURL* handle, Exchange& exchange) {
  set(handle, CURLOPT_WRITEFUNCTION, &on_body);
  set(handle, CURLOPT_WRITEDATA, &exchange);
  set(handle, CURLOPT_PREREQFUNCTION, &on_sending);
  set(handle, CURLOPT_PREREQDATA, &exchange);
  set(handle, CURLOPT_XFERINFOFUNCTION, &on_progress);
  set(handle, CURLOPT_XFERINFODATA, &exchange);
  set(handle, CURLOPT_NOPROGRESS, exchange.request.cancelled ? 0L : 1L);
  set(handle, CURLOPT_ERRORBUFFER, exchange.words.data());
}

void set_limits(CURL* handle, const HttpRequest& request) {
  set(handle, CURLOPT_NOSIGNAL, 1L);
  set(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(1, request.timeout.count())));
  set(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::clamp<std::int64_t>(request.connect_timeout.count(), 1, 60000)));
  if (const auto silence_s = std::chrono::duration_cast<std::chrono::seconds>(request.silence_max).count(); silence_s > 0) {
    set(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
    set(handle, CURLOPT_LOW_SPEED_TIME, static_cast<long>(silence_s));
  }
  set(handle, CURLOPT_TCP_KEEPALIVE, 1L);  // a half-open connection is noticed although nobody sends
  set(handle, CURLOPT_TCP_KEEPIDLE, 30L);
  set(handle, CURLOPT_TCP_KEEPINTVL, 10L);
  set(handle, CURLOPT_FOLLOWLOCATION, 0L);
  set(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  set(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
}

std::string part(CURLU* url, CURLUPart which, unsigned int flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, which, &text, flags) != CURLUE_OK || text == nullptr) return {};
  std::string copy = text;
  curl_free(text);
  return copy;
}

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "[::1]" || host == "::1" || host.rfind("127.", 0) == 0;
}

void set_proxy(CURL* handle, const Endpoint& endpoint, const std::string& host) {
  if (endpoint.proxy_url.empty()) {
    if (is_loopback(host)) set(handle, CURLOPT_PROXY, "");  // as Go does: what is local never goes through the environment's proxy
    return;
  }
  std::string proxy = endpoint.proxy_url.reveal();
  if (proxy.rfind("socks5://", 0) == 0) proxy.replace(0, 9, "socks5h://");  // Go lets the proxy resolve the name
  set(handle, CURLOPT_PROXY, proxy.c_str());
  set(handle, CURLOPT_NOPROXY, "");
  set(handle, CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));  // our credentials are not the proxy's business
}

curl_blob blob_of(const std::string& bytes) {
  return {const_cast<char*>(bytes.data()), bytes.size(), CURL_BLOB_COPY};
}

void set_trust(CURL* handle, const Endpoint& endpoint) {
  set(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(handle, CURLOPT_SSL_VERIFYPEER, endpoint.insecure_skip_tls_verify ? 0L : 1L);
  set(handle, CURLOPT_SSL_VERIFYHOST, endpoint.insecure_skip_tls_verify ? 0L : 2L);
  if (endpoint.ca_pem.empty()) return;
  curl_blob authorities = blob_of(endpoint.ca_pem);
  set(handle, CURLOPT_CAINFO_BLOB, &authorities);
  set(handle, CURLOPT_CAPATH, static_cast<char*>(nullptr));  // or the system's authorities would be trusted as well
}

void set_client_certificate(CURL* handle, const Identity& identity) {
  if (identity.client_cert_pem.empty()) return;
  curl_blob certificate = blob_of(identity.client_cert_pem);
  curl_blob key = blob_of(identity.client_key_pem.reveal());
  set(handle, CURLOPT_SSLCERTTYPE, "PEM");
  set(handle, CURLOPT_SSLKEYTYPE, "PEM");
  set(handle, CURLOPT_SSLCERT_BLOB, &certificate);
  set(handle, CURLOPT_SSLKEY_BLOB, &key);
  set(handle, CURLOPT_KEYPASSWD, "");  // an encrypted key is an error, not a prompt
}

// The URL and, for a certificate of another name, the address behind it.
struct Target {
  Headers connect_to;
  std::string host_header;
};

std::optional<Target> set_url(CURL* handle, const Endpoint& endpoint, const std::string& request_target) {
  const Url url(curl_url());
  std::string text = endpoint.server;
  while (!text.empty() && text.back() == '/') text.pop_back();
  text += request_target;
  if (curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_PATH_AS_IS) != CURLUE_OK) return std::nullopt;
  const std::string host = part(url.get(), CURLUPART_HOST);
  set_proxy(handle, endpoint, host);
  Target target;
  if (!endpoint.tls_server_name.empty() && part(url.get(), CURLUPART_SCHEME) == "https") {
    const std::string port = part(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
    if (curl_url_set(url.get(), CURLUPART_HOST, endpoint.tls_server_name.c_str(), 0) != CURLUE_OK) return std::nullopt;
    add(target.connect_to, endpoint.tls_server_name + ":" + port + ":" + host + ":" + port);
    target.host_header = "Host: " + host + ":" + port;
  }
  set(handle, CURLOPT_PATH_AS_IS, 1L);
  set(handle, CURLOPT_URL, part(url.get(), CURLUPART_URL).c_str());
  if (target.connect_to) set(handle, CURLOPT_CONNECT_TO, target.connect_to.get());
  return target;
}

void set_method(CURL* handle, const HttpRequest& request) {
  if (request.body.empty()) {
    set(handle, CURLOPT_HTTPGET, 1L);
  } else {
    set(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    set(handle, CURLOPT_POSTFIELDS, request.body.data());
  }
  set(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

Headers headers_of(const HttpRequest& request, const Identity& identity, const std::string& host_header) {
  Headers headers;
  add(headers, "Accept: " + request.accept);
  add(headers, "Expect:");  // no extra round trip before a large body
  if (!request.body.empty()) add(headers, "Content-Type: " + request.content_type);
  if (!host_header.empty()) add(headers, host_header);
  if (!identity.authorization.empty()) add(headers, "Authorization: " + identity.authorization.reveal());
  for (const auto& [name, value] : identity.headers) add(headers, name + ": " + value);
  return headers;
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
  curl_off_t retry_after = 0;
  (void)curl_easy_getinfo(exchange.handle, CURLINFO_RETRY_AFTER, &retry_after);
  exchange.response.retry_after_s = static_cast<int>(std::min<curl_off_t>(retry_after, std::numeric_limits<int>::max()));
  if (code == CURLE_OK || exchange.response.ended_by_us) return std::move(exchange.response);
  return transfer_error(failure_of(code, exchange));
}

bool header_safe(const Identity& identity) {
  const auto clean = [](const std::string& text) {
    return std::none_of(text.begin(), text.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
  };
  return clean(identity.authorization.reveal()) && std::all_of(identity.headers.begin(), identity.headers.end(),
                                                               [&](const auto& header) { return clean(header.first + header.second); });
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
  static const CURLcode once = curl_global_init(CURL_GLOBAL_DEFAULT);
  (void)once;
}

HttpClient::~HttpClient() = default;

Result<HttpResponse> HttpClient::send(const HttpRequest& request, const Identity& identity) {
  if (!header_safe(identity)) return Error{ErrorKind::invalid, "the credentials hold a line break", "check token or password of this user"};
  Easy easy = pool_->take();
  if (!easy) return Error{ErrorKind::transient, "no memory for another connection"};
  CURL* handle = easy.get();
  Exchange exchange{.handle = handle, .request = request};
  const auto target = set_url(handle, endpoint_, request.target);
  if (!target)
    return Error{ErrorKind::invalid, "\"" + printable(endpoint_.server) + "\" is no valid server address", "write https://host:port"};
  const Headers headers = headers_of(request, identity, target->host_header);
  set_method(handle, request);
  set(handle, CURLOPT_HTTPHEADER, headers.get());
  set(handle, CURLOPT_USERAGENT, user_agent_.c_str());
  if (!endpoint_.disable_compression && !request.on_chunk) set(handle, CURLOPT_ACCEPT_ENCODING, "gzip");
  set_limits(handle, request);
  set_trust(handle, endpoint_);
  set_client_certificate(handle, identity);
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
