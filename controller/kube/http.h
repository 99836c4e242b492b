// One HTTP exchange with the API server: bounded in time and size, on reused connections, never sent twice behind our back.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "kube/endpoint.h"

namespace refloat {

struct HttpRequest {
  std::string method = "GET";
  std::string target;  // path and query, already encoded
  std::string accept = "application/json";
  std::string content_type;  // of `body`
  std::string body;
  bool effect = false;      // changes something: then a lost answer is `ambiguous`, and the request is sent at most once
  Duration timeout{30000};  // for the whole exchange
  Duration connect_timeout{10000};
  std::size_t body_bytes_max = std::size_t{64} << 20U;
};

struct HttpResponse {
  int status = 0;
  std::string body;
  int retry_after_s = 0;  // 0 = the server did not say
};

// Sends requests to one endpoint; safe to use from several threads, each borrows a connection of its own.
class HttpClient {
 public:
  HttpClient(Endpoint endpoint, std::string user_agent);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  [[nodiscard]] const Endpoint& endpoint() const { return endpoint_; }
  // Any status is a response; an error means that there is no complete one.
  Result<HttpResponse> send(const HttpRequest& request, const Identity& identity);

 private:
  class Pool;
  Endpoint endpoint_;
  std::string user_agent_;
  std::unique_ptr<Pool> pool_;
};

// `text` with everything but unreserved characters percent-encoded.
std::string percent_encode(std::string_view text);

}  // namespace refloat
