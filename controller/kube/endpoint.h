// Where a cluster's API is, how it proves who it is, and who we are there.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/secret.h"

namespace refloat {

// The API server and how it is reached and trusted.
struct Endpoint {
  std::string server;           // "https://host:port[/prefix]"
  std::string ca_pem;           // the only authorities trusted; empty = the system's
  std::string tls_server_name;  // the name in the server's certificate; empty = the host of `server`
  Secret proxy_url;             // may hold a password; empty = the environment's proxy
  bool insecure_skip_tls_verify = false;
  bool disable_compression = false;
};

// Who we are for one request.
struct Identity {
  Secret authorization;  // value of the Authorization header; empty = none
  std::string client_cert_pem;
  Secret client_key_pem;
  std::vector<std::pair<std::string, std::string>> headers;  // impersonation
};

// Gives the identity of each request and a newer one when the server refuses it. Safe to use from several threads.
class Credentials {
 public:
  virtual ~Credentials() = default;
  // The identity to use now.
  virtual Result<Identity> current() = 0;
  // The server answered 401 to `refused`: true when the next current() may differ, so that one more try makes sense.
  virtual bool renew(const Identity& refused) = 0;
};

// A cluster as requests are sent to it: where it is, who we are there, and how we call ourselves.
struct Origin {
  Endpoint endpoint;
  std::shared_ptr<Credentials> credentials;
  std::string user_agent;
};

}  // namespace refloat
