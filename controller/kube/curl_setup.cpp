#include "kube/curl_setup.h"

#include <curl/curl.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/result.h"
#include "base/text.h"
#include "kube/endpoint.h"
#include "kube/http.h"

namespace refloat {
namespace {

struct UrlDeleter {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using Url = std::unique_ptr<CURLU, UrlDeleter>;

// Where there is no memory for another line, the list stays as it was.
void add(Headers& headers, const std::string& line) {
  curl_slist* first = headers.release();
  curl_slist* grown = curl_slist_append(first, line.c_str());
  headers.reset(grown == nullptr ? first : grown);
}

void set_connection(CURL* handle, const HttpRequest& request) {
  set(handle, CURLOPT_NOSIGNAL, 1L);
  set(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::clamp<std::int64_t>(request.connect_timeout.count(), 1, 60000)));
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

// The address for a certificate of another name, and the Host header that belongs to it.
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

bool header_safe(const Identity& identity) {
  const auto clean = [](const std::string& text) {
    return std::none_of(text.begin(), text.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
  };
  return clean(identity.authorization.reveal()) && std::all_of(identity.headers.begin(), identity.headers.end(),
                                                               [&](const auto& header) { return clean(header.first + header.second); });
}

}  // namespace

void start_curl() {
  static const CURLcode once = curl_global_init(CURL_GLOBAL_DEFAULT);
  (void)once;
}

Result<Prepared> prepare(CURL* handle, const Endpoint& endpoint, const std::string& user_agent, const HttpRequest& request,
                         const Identity& identity) {
  if (!header_safe(identity)) return Error{ErrorKind::invalid, "the credentials hold a line break", "check token or password of this user"};
  auto target = set_url(handle, endpoint, request.target);
  if (!target) {
    return Error{ErrorKind::invalid, "\"" + printable(endpoint.server) + "\" is no valid server address", "write https://host:port"};
  }
  Prepared prepared{headers_of(request, identity, target->host_header), std::move(target->connect_to)};
  set_method(handle, request);
  set(handle, CURLOPT_HTTPHEADER, prepared.headers.get());
  set(handle, CURLOPT_USERAGENT, user_agent.c_str());
  set_connection(handle, request);
  set_trust(handle, endpoint);
  set_client_certificate(handle, identity);
  return prepared;
}

int status_of(CURL* handle) {
  long status = 0;
  (void)curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  return static_cast<int>(status);
}

int retry_after_of(CURL* handle) {
  curl_off_t seconds = 0;
  (void)curl_easy_getinfo(handle, CURLINFO_RETRY_AFTER, &seconds);
  return static_cast<int>(std::min<curl_off_t>(seconds, std::numeric_limits<int>::max()));
}

}  // namespace refloat
