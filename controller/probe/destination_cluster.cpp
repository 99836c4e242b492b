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
#include "kube/kubeconfig.h"
#include "kube/user_credentials.h"
#include "model/destinations.h"
#include "probe/secret_reader.h"

namespace refloat {
namespace {

constexpr Duration read_each = std::chrono::minutes(1);
// A cluster that refuses every request must not make us read the Secret for each of them.
constexpr Duration read_again_after = std::chrono::seconds(10);
// Without an answer about it: then nothing is done by it any more.
constexpr Duration valid_for = std::chrono::minutes(5);

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

Destination destination_of(const SecretValues& values, const std::string& argo_ns) {
  std::string server = values.plain("server");
  while (server.ends_with('/')) server.pop_back();
  std::string name = values.plain("name").empty() ? server : values.plain("name");
  return {std::move(name), std::move(server), argo_ns, values.plain("project"), namespaces_of(values.plain("namespaces"))};
}

bool is_name(const std::string& text) {
  return text.size() <= 253 && std::none_of(text.begin(), text.end(), [](unsigned char c) { return std::iscntrl(c) != 0; });
}

// The credentials of a cluster Secret. Argo CD reads it anew whenever it changes; we do each minute, and when the cluster refuses them.
class SecretCredentials final : public Credentials {
 public:
  SecretCredentials(DestinationSecret secret, Destination first, std::shared_ptr<Credentials> credentials, Clock& clock)
      : secret_(std::move(secret)),
        name_(std::move(first.name)),
        server_(std::move(first.server)),
        clock_(clock),
        now_(std::move(credentials)),
        read_at_(clock.now()),
        tried_at_(read_at_) {}

  Result<Identity> current() override {
    const Time now = clock_.now();
    if (now >= read_at() + read_each) read_again(now);
    const std::lock_guard lock(mutex_);
    if (lost_) return *lost_;
    if (now >= read_at_ + valid_for) return unusable(secret_.display(), "it could not be read for " + format_duration(now - read_at_));
    return now_->current();
  }

  bool renew(const Identity& refused) override {
    if (renews(refused)) return true;
    read_again(clock_.now());
    return renews(refused);
  }

 private:
  Time read_at() {
    const std::lock_guard lock(mutex_);
    return read_at_;
  }

  bool renews(const Identity& refused) {
    const std::lock_guard lock(mutex_);
    return !lost_ && now_->renew(refused);
  }

  // Who finds another thread reading, or one that has just read, goes on with what is known.
  void read_again(Time now) {
    const std::unique_lock reading(reading_, std::try_to_lock);
    if (!reading || now < tried_at_ + read_again_after) return;
    tried_at_ = now;
    auto read = usable();
    const std::lock_guard lock(mutex_);
    if (!read && !is_about_the_secret(read.error())) return;  // our own cluster does not answer
    read_at_ = now;
    lost_ = read ? std::nullopt : std::optional(read.error());
    if (read) now_ = std::move(*read);
  }

  // Under another name or address it would be another cluster, and Argo CD would deploy there.
  Result<std::shared_ptr<Credentials>> usable() {
    const Result<DestinationCluster> read = read_destination_cluster(secret_);
    if (!read) return read.error();
    if (read->destination.server != server_ || read->destination.name != name_)
      return unusable(secret_.display(), "it names another cluster than when this began", "start again");
    return make_credentials(read->user, {}, clock_);
  }

  const DestinationSecret secret_;
  const std::string name_, server_;
  Clock& clock_;
  std::mutex reading_;
  std::mutex mutex_;  // of what follows but tried_at_
  std::shared_ptr<Credentials> now_;
  std::optional<Error> lost_;  // the Secret is gone, or is another cluster's
  Time read_at_;               // when it was last known to be right, or wrong
  Time tried_at_;              // with reading_ held
};

}  // namespace

bool is_about_the_secret(const Error& error) {
  return error.kind == ErrorKind::not_found || error.kind == ErrorKind::denied || error.kind == ErrorKind::invalid;
}

Result<DestinationCluster> read_destination_cluster(const DestinationSecret& secret) {
  const Result<SecretValues> values = SecretValues::read(*secret.own, secret.ns, secret.name);
  if (!values) return values.error().wrap("cluster Secret");
  DestinationCluster read;
  read.destination = destination_of(*values, secret.ns);
  if (read.destination.server.empty()) return unusable(values->display(), "it has no server", "is it a cluster Secret of Argo CD?");
  if (!is_name(read.destination.name)) return unusable(values->display(), "its name cannot be printed");
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
  read.cluster.server = read.destination.server;
  read.user.as = secret.as;
  return read;
}

Result<Connected> connect_destination(const DestinationSecret& secret, const DestinationCluster& read, const KubeOptions& options,
                                      Clock& clock) {
  Result<Endpoint> endpoint = endpoint_of(read.cluster);
  if (!endpoint) return unusable(secret.display(), endpoint.error().message, endpoint.error().hint);
  Result<std::shared_ptr<Credentials>> credentials = make_credentials(read.user, {}, clock);
  if (!credentials) return unusable(secret.display(), credentials.error().message, credentials.error().hint);
  auto renewed = std::make_shared<SecretCredentials>(secret, read.destination, std::move(*credentials), clock);
  return client_of(std::move(*endpoint), std::move(renewed), options, clock);
}

}  // namespace refloat
