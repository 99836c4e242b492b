// A small HTTP server for what watches the watcher: metrics, liveness, readiness. Read-only and without secrets.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/result.h"

namespace refloat {

struct HttpAnswer {
  int status = 200;
  std::string body;
};

class HealthServer {
 public:
  // By path ("/healthz"); called from threads of the server, several at a time.
  using Pages = std::map<std::string, std::function<HttpAnswer()>>;

  // Listens on "host:port" (":port" = all addresses) until destroyed. invalid = the address cannot be used.
  static Result<std::unique_ptr<HealthServer>> start(const std::string& address, Pages pages);
  ~HealthServer();
  HealthServer(const HealthServer&) = delete;
  HealthServer& operator=(const HealthServer&) = delete;

 private:
  HealthServer() = default;
  Pages pages_;
  void* context_ = nullptr;  // civetweb's
};

}  // namespace refloat
