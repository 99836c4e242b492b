// What a Temporal server does with its databases when it starts, in its own words.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/sql_session.h"

namespace refloat::sim {

// One database as the server is told to use it.
struct ServerStore {
  std::string connection;
  std::string database;
  std::string expected;  // schema version the server needs
  SqlOpener open = open_session;
};

// Lines to log before it exits with 1; none = it starts. At the first start it registers its system namespace.
std::vector<std::string> start_server(const ServerStore& main, const ServerStore& visibility);
// A running server's session with its database.
class ServerSession {
 public:
  explicit ServerSession(ServerStore store);
  ~ServerSession();
  ServerSession(const ServerSession&) = delete;
  ServerSession& operator=(const ServerSession&) = delete;
  // Why the server falls over; empty while it is fine.
  std::string trouble();

 private:
  struct State;
  std::unique_ptr<State> state_;
};
// Registers namespaces as the bootstrap client has the server do; an error's text, or "".
std::string register_namespaces(const std::string& connection, const std::vector<std::string>& names, const SqlOpener& open = open_session);

}  // namespace refloat::sim
