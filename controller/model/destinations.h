// The clusters that Argo CD deploys to, as far as they are looked at: our own, and those that the installer named.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/application.h"
#include "model/project.h"

namespace refloat {

// One of the others, as Argo CD's cluster Secret describes it.
struct Destination {
  std::string name;
  std::string server;
  std::string argo_ns;                       // of the Secret, and so of Argo CD
  std::string project;                       // the only AppProject that may use it; empty = all
  std::vector<std::string> namespaces = {};  // all that its credentials are meant for; empty = no limit
};

class Destinations {
 public:
  // `server` is our own API server's address. Implicit: who knows no other cluster has only that to say.
  Destinations(std::string server = {}) : server_(std::move(server)) {}  // NOLINT(google-explicit-constructor,hicpp-explicit-conversions)

  // One more; its name and server are new.
  void add(const Destination& destination);
  // What Argo CD calls our own cluster besides "in-cluster".
  void call_own(const std::string& name) { by_destination_["name:" + name] = ""; }
  // By address ("https://...") or name ("name:prod"), as in Application::destination_server: "" = our own; nothing = none of these.
  [[nodiscard]] std::optional<std::string> cluster_of(const std::string& destination_server) const;
  [[nodiscard]] const Destination* find(const std::string& cluster) const;
  // Names the namespaces of an Application as read by their cluster (model/place.h); `elsewhere` where that is none of these.
  void settle(Application& app) const;
  // Why Argo CD would not deploy it to its cluster, by that cluster's Secret and its AppProject (null = not known); "" = it may. An
  // Application is only a wish: what is done in another cluster is done with Argo CD's rights, so its rules are kept.
  [[nodiscard]] std::string refusal(const Application& app, const AppProject* project) const;
  // Our own API server's address.
  [[nodiscard]] const std::string& server() const { return server_; }

 private:
  std::string server_;
  std::map<std::string, std::string> by_destination_;  // as in Application::destination_server -> name
  std::map<std::string, Destination> by_name_;
};

}  // namespace refloat
