// A kubeconfig as kubectl reads it: a list of files, of which the first that names something wins.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/secret.h"

namespace refloat {

// Where a cluster is; file paths are absolute or relative to the working directory, never to the kubeconfig any more.
struct KubeCluster {
  std::string server;
  std::string ca_file;
  std::string ca_data;  // base64 of PEM; beats ca_file
  std::string tls_server_name;
  Secret proxy_url;
  bool insecure_skip_tls_verify = false;
  bool disable_compression = false;
  Json exec_config;  // extension client.authentication.k8s.io/exec, handed to plugins
};

// A program that logs in for us.
struct ExecPlugin {
  std::string api_version;
  std::string command;
  std::vector<std::string> arguments;
  std::vector<std::pair<std::string, Secret>> environment;
  std::string install_hint;
  std::string interactive_mode;  // Never | IfAvailable | Always
  bool provide_cluster_info = false;
};

// Whom to act as.
struct Impersonation {
  std::string user;
  std::string uid;
  std::vector<std::string> groups;
  std::vector<std::pair<std::string, std::string>> extra;
  [[nodiscard]] bool empty() const { return user.empty() && uid.empty() && groups.empty() && extra.empty(); }
};

// How to prove who we are.
struct KubeUser {
  std::string client_cert_file;
  std::string client_cert_data;  // base64 of PEM; beats the file
  std::string client_key_file;
  Secret client_key_data;
  Secret token;
  std::string token_file;  // beats `token`
  std::string username;
  Secret password;
  std::optional<ExecPlugin> exec;
  std::string auth_provider;  // the removed mechanism, named so that the refusal can name it
  Impersonation as;
};

// A cluster, a user and a default namespace under one name.
struct KubeContext {
  std::string cluster, user, ns;
};

struct Kubeconfig {
  std::string current_context;
  std::map<std::string, KubeCluster> clusters;
  std::map<std::string, KubeUser> users;
  std::map<std::string, KubeContext> contexts;

  [[nodiscard]] bool empty() const { return current_context.empty() && clusters.empty() && users.empty() && contexts.empty(); }
};

// Reads one file's text; `file` is its path, to which relative paths inside are relative. Errors say file:line and never quote a value.
Result<Kubeconfig> parse_kubeconfig(std::string_view text, const std::string& file);

// Takes over from `later` what `into` does not name yet.
void merge_kubeconfig(Kubeconfig& into, Kubeconfig later);

// Reads and merges the files that exist; with `must_exist`, one that does not is an error.
Result<Kubeconfig> load_kubeconfig(const std::vector<std::string>& files, bool must_exist);

}  // namespace refloat
