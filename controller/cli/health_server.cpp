#include "cli/health_server.h"

#include <civetweb.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "base/result.h"

namespace refloat {

namespace {

int answer(mg_connection* connection, void* page) {
  const HttpAnswer answer = (*static_cast<std::function<HttpAnswer()>*>(page))();
  const std::string head =
      "HTTP/1.1 " + std::to_string(answer.status) + (answer.status == 200 ? " OK" : " Service Unavailable") +
      "\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\nContent-Length: " + std::to_string(answer.body.size()) +
      "\r\nConnection: close\r\n\r\n";
  mg_write(connection, head.data(), head.size());
  mg_write(connection, answer.body.data(), answer.body.size());
  return answer.status;
}

}  // namespace

Result<std::unique_ptr<HealthServer>> HealthServer::start(const std::string& address, Pages pages) {
  const std::string listen = address.starts_with(':') ? address.substr(1) : address;
  const char* options[] = {"listening_ports", listen.c_str(), "num_threads", "2", "request_timeout_ms", "5000", nullptr};
  std::unique_ptr<HealthServer> server(new HealthServer);
  server->pages_ = std::move(pages);
  const mg_callbacks callbacks{};
  mg_context* context = mg_start(&callbacks, nullptr, static_cast<const char**>(options));
  if (context == nullptr) {
    return Error{ErrorKind::invalid, "cannot listen on " + address, "another process may have that port; give --listen HOST:PORT"};
  }
  server->context_ = context;
  for (auto& [path, page] : server->pages_) mg_set_request_handler(context, (path + "$").c_str(), answer, &page);
  return server;
}

HealthServer::~HealthServer() {
  if (context_ != nullptr) mg_stop(static_cast<mg_context*>(context_));
}

}  // namespace refloat
