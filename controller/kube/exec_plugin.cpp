#include "kube/exec_plugin.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/time.h"
#include "kube/kubeconfig.h"
#include "kube/subprocess.h"

namespace refloat {
namespace {

constexpr const char* api_v1 = "client.authentication.k8s.io/v1";
constexpr const char* api_v1beta1 = "client.authentication.k8s.io/v1beta1";

std::string exec_info(const ExecPlugin& plugin, const ExecSurroundings& surroundings, bool interactive) {
  Json info = {{"apiVersion", plugin.api_version}, {"kind", "ExecCredential"}, {"spec", {{"interactive", interactive}}}};
  if (plugin.provide_cluster_info) info["spec"]["cluster"] = surroundings.cluster;
  return info.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::vector<std::string> environment_of(const ExecPlugin& plugin, const std::string& info) {
  std::vector<std::string> out;
  std::vector<std::string> own = {"KUBERNETES_EXEC_INFO=" + info};
  for (const auto& [name, value] : plugin.environment) own.push_back(name + "=" + value.reveal());
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string inherited = *entry;
    const std::string name = inherited.substr(0, inherited.find('=') + 1);
    const bool replaced = std::any_of(own.begin(), own.end(), [&](const std::string& ours) { return ours.starts_with(name); });
    if (!replaced) out.push_back(inherited);
  }
  out.insert(out.end(), own.begin(), own.end());
  return out;
}

std::string hint_of(const ExecPlugin& plugin, const Error& error) {
  if (error.kind == ErrorKind::not_found && !plugin.install_hint.empty()) return printable(plugin.install_hint, 600);
  if (error.kind == ErrorKind::not_found) return "install it, or put it into PATH";
  return "run a kubectl command with the same context to see what the plugin says";
}

}  // namespace

Result<ExecCredential> parse_exec_credential(std::string_view output, const std::string& api_version) {
  const Result<Json> json = parse_json(output);
  if (!json || text_at(*json, {"kind"}) != "ExecCredential") return Error{ErrorKind::invalid, "did not print an ExecCredential"};
  if (text_at(*json, {"apiVersion"}) != api_version) {
    return Error{ErrorKind::invalid, "printed another apiVersion than the configured " + printable(api_version, 80),
                 "make apiVersion in the kubeconfig and the plugin's output agree"};
  }
  ExecCredential credential;
  credential.token = Secret(text_at(*json, {"status", "token"}));
  credential.client_cert_pem = text_at(*json, {"status", "clientCertificateData"});
  credential.client_key_pem = Secret(text_at(*json, {"status", "clientKeyData"}));
  credential.expires_at = parse_time(text_at(*json, {"status", "expirationTimestamp"}));
  if (credential.client_cert_pem.empty() != credential.client_key_pem.empty()) {
    return Error{ErrorKind::invalid, "printed a client certificate without its key, or a key without its certificate"};
  }
  if (credential.token.empty() && credential.client_cert_pem.empty())
    return Error{ErrorKind::invalid, "printed neither a token nor a certificate"};
  return credential;
}

Result<> check_exec_plugin(const ExecPlugin& plugin, bool interactive) {
  if (plugin.command.empty()) return Error{ErrorKind::invalid, "the exec plugin has no command"};
  const std::string named = "exec plugin " + printable(plugin.command, 100);
  if (plugin.api_version != api_v1 && plugin.api_version != api_v1beta1) {
    return Error{ErrorKind::invalid, named + ": apiVersion \"" + printable(plugin.api_version, 80) + "\" is not supported",
                 std::string("use ") + api_v1};
  }
  if (plugin.api_version == api_v1 && plugin.interactive_mode.empty())
    return Error{ErrorKind::invalid, named + ": interactiveMode is missing"};
  const std::vector<std::string> modes = {"", "Never", "IfAvailable", "Always"};
  if (std::find(modes.begin(), modes.end(), plugin.interactive_mode) == modes.end()) {
    return Error{ErrorKind::invalid, named + ": interactiveMode is not one of Never, IfAvailable, Always"};
  }
  if (plugin.interactive_mode == "Always" && !interactive) {
    return Error{ErrorKind::invalid, named + " wants a terminal (interactiveMode: Always), there is none", "log in with another method"};
  }
  return ok();
}

Result<ExecCredential> ExecSource::run() const {
  const bool interactive = surroundings_.interactive && plugin_.interactive_mode != "Never";
  Command command;
  command.program = plugin_.command;
  command.arguments = plugin_.arguments;
  command.environment = environment_of(plugin_, exec_info(plugin_, surroundings_, interactive));
  command.interactive = interactive;
  if (interactive) command.timeout = std::chrono::minutes(10);  // a person types
  const Result<std::string> output = run_captured(command);
  Result<ExecCredential> credential = output ? parse_exec_credential(*output, plugin_.api_version) : Result<ExecCredential>(output.error());
  if (credential) return credential;
  Error error = credential.error().wrap("exec plugin " + printable(plugin_.command, 100));
  if (error.hint.empty()) error.hint = hint_of(plugin_, error);
  error.kind = ErrorKind::unauthenticated;
  return error;
}

Result<ExecCredential> ExecSource::current() {
  const std::lock_guard lock(mutex_);
  const bool fresh = kept_ && (!kept_->expires_at || clock_.now() < *kept_->expires_at);
  if (fresh) return *kept_;
  kept_.reset();
  Result<ExecCredential> credential = run();
  if (credential) kept_ = *credential;
  return credential;
}

void ExecSource::forget() {
  const std::lock_guard lock(mutex_);
  kept_.reset();
}

}  // namespace refloat
