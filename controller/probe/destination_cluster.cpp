#include "probe/destination_cluster.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/time.h"
#include "kube/connect.h"
#include "kube/endpoint.h"
#include "kube/kube_api.h"
#include "kube/kubeconfig.h"
#include "kube/user_credentials.h"
#include "probe/secret_reader.h"

namespace refloat {
namespace {

// A cluster that refuses every request must not make us read the Secret for each of them.
constexpr Duration read_again_after = std::chrono::seconds(10);

Error unusable(const std::string& secret, const std::string& what, const std::string& hint = {}) {
  return {ErrorKind::invalid, "cluster Secret " + secret + ": " + what, hint};
}

// What would run a program, or Argo CD's own, in our name.
std::string unsupported(const Json& config) {
  for (const char* key : {"awsAuthConfig", "execProviderConfig"}) {
    if (!at_path(config, {key}).is_null()) return key;
  }
  return {};
}

void read_config(const Json& config, DestinationCluster& into) {
  into.cluster.proxy_url = Secret(text_at(config, {"proxyUrl"}));
  into.cluster.disable_compression = bool_at(config, {"disableCompression"});
  into.cluster.insecure_skip_tls_verify = bool_at(config, {"tlsClientConfig", "insecure"});
  into.cluster.tls_server_name = text_at(config, {"tlsClientConfig", "serverName"});
  into.cluster.ca_data = text_at(config, {"tlsClientConfig", "caData"});
  into.user.client_cert_data = text_at(config, {"tlsClientConfig", "certData"});
  into.user.client_key_data = Secret(text_at(config, {"tlsClientConfig", "keyData"}));
  into.user.token = Secret(text_at(config, {"bearerToken"}));
  into.user.username = text_at(config, {"username"});
  into.user.password = Secret(text_at(config, {"password"}));
}

std::vector<std::string> namespaces_of(const std::string& list) {
  std::vector<std::string> namespaces;
  for (const std::string& each : split(list, ',')) {
    if (!trim(each).empty()) namespaces.push_back(trim(each));
  }
  return namespaces;
}

bool is_name(const std::string& text) {
  return text.size() <= 253 && std::none_of(text.begin(), text.end(), [](unsigned char c) { return std::iscntrl(c) != 0; });
}

struct SecretName {
  std::string ns, name;
};

// The credentials of a cluster Secret, which whoever runs Argo CD may replace at any time.
class SecretCredentials final : public Credentials {
 public:
  SecretCredentials(std::shared_ptr<KubeApi> own, SecretName secret, std::string server, std::shared_ptr<Credentials> first, Clock& clock)
      : own_(std::move(own)), secret_(std::move(secret)), server_(std::move(server)), clock_(clock), now_(std::move(first)) {}

  Result<Identity> current() override { return now()->current(); }

  bool renew(const Identity& refused) override {
    const std::lock_guard one_at_a_time(reading_);
    if (now()->renew(refused)) return true;
    if (read_at_ && clock_.now() < *read_at_ + read_again_after) return false;
    read_at_ = clock_.now();
    const auto read = read_again();
    if (!read) return false;
    {
      const std::lock_guard lock(mutex_);
      now_ = *read;
    }
    return now()->renew(refused);
  }

 private:
  std::shared_ptr<Credentials> now() {
    const std::lock_guard lock(mutex_);
    return now_;
  }

  // Another address would be another cluster: its credentials are not for this one.
  Result<std::shared_ptr<Credentials>> read_again() {
    const Result<DestinationCluster> read = read_destination_cluster(*own_, secret_.ns, secret_.name);
    if (!read) return read.error();
    if (read->server != server_) return unusable(secret_.ns + "/" + secret_.name, "it names another server by now");
    return make_credentials(read->user, {}, clock_);
  }

  std::shared_ptr<KubeApi> own_;
  SecretName secret_;
  std::string server_;
  Clock& clock_;
  std::mutex reading_;
  std::optional<Time> read_at_;  // with reading_ held
  std::mutex mutex_;
  std::shared_ptr<Credentials> now_;  // with mutex_ held
};

}  // namespace

Result<DestinationCluster> read_destination_cluster(KubeApi& own, const std::string& ns, const std::string& secret) {
  const Result<SecretValues> values = SecretValues::read(own, ns, secret);
  if (!values) return values.error().wrap("cluster Secret");
  DestinationCluster read;
  read.server = values->plain("server");
  read.name = values->plain("name").empty() ? read.server : values->plain("name");
  if (read.server.empty()) return unusable(values->display(), "it has no server", "is it a cluster Secret of Argo CD?");
  if (!is_name(read.name)) return unusable(values->display(), "its name cannot be printed");
  read.namespaces = namespaces_of(values->plain("namespaces"));
  const Secret* text = values->find("config");
  Result<Json> config = text == nullptr ? Result<Json>(Json::object()) : parse_json(text->reveal());
  if (!config) return unusable(values->display(), "its config is no JSON");
  const std::string program = unsupported(*config);
  read_config(*config, read);
  wipe(*config);
  if (!program.empty()) {
    return unusable(values->display(), program + " is not supported: it would run a program",
                    "give the Secret a bearerToken or a client certificate");
  }
  read.cluster.server = read.server;
  return read;
}

Result<ConnectedDestination> connect_destination(const std::shared_ptr<KubeApi>& own, const std::string& ns, const std::string& secret,
                                                 const KubeOptions& options, Clock& clock) {
  Result<DestinationCluster> read = read_destination_cluster(*own, ns, secret);
  if (!read) return read.error();
  Result<Endpoint> endpoint = endpoint_of(read->cluster);
  if (!endpoint) return unusable(ns + "/" + secret, endpoint.error().message, endpoint.error().hint);
  Result<std::shared_ptr<Credentials>> credentials = make_credentials(read->user, {}, clock);
  if (!credentials) return unusable(ns + "/" + secret, credentials.error().message, credentials.error().hint);
  auto renewed = std::make_shared<SecretCredentials>(own, SecretName{ns, secret}, read->server, std::move(*credentials), clock);
  return ConnectedDestination{read->name, read->server, read->namespaces,
                              client_of(std::move(*endpoint), std::move(renewed), options, clock)};
}

}  // namespace refloat
