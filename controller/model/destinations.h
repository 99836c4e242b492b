// The clusters that Argo CD deploys to, as far as they are looked at: our own, and those that the installer named.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "model/application.h"

namespace refloat {

class Destinations {
 public:
  // `server` is our own API server's address. Implicit: who knows no other cluster has only that to say.
  Destinations(std::string server = {}) : server_(std::move(server)) {}  // NOLINT(google-explicit-constructor,hicpp-explicit-conversions)

  // One more, under the name and the address that Argo CD's cluster Secret gives it; both are new.
  void add(const std::string& name, const std::string& server);
  // By address ("https://...") or name ("name:prod"), as in Application::destination_server: "" = our own; nothing = none of these.
  [[nodiscard]] std::optional<std::string> cluster_of(const std::string& destination_server) const;
  // Names the namespaces of an Application as read by their cluster (model/place.h); `elsewhere` where that is none of these.
  void settle(Application& app) const;
  // Our own API server's address.
  [[nodiscard]] const std::string& server() const { return server_; }

 private:
  std::string server_;
  std::map<std::string, std::string> by_destination_;  // as in Application::destination_server -> name
};

}  // namespace refloat
