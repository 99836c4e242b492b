// Credentials from an exec plugin of the kubeconfig: run when needed, kept until they expire or are refused.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"
#include "kube/kubeconfig.h"

namespace refloat {

// What a plugin answered: a token, a client certificate with its key, or both.
struct ExecCredential {
  Secret token;
  std::string client_cert_pem;
  Secret client_key_pem;
  std::optional<Time> expires_at;
};

// What a plugin is told about where it logs in.
struct ExecSurroundings {
  Json cluster;              // spec.cluster, given only to plugins that ask for it
  bool interactive = false;  // a person sits at a terminal
};

// Reads the ExecCredential that a plugin printed; errors never quote it.
Result<ExecCredential> parse_exec_credential(std::string_view output, const std::string& api_version);

// Whether this plugin can be used at all.
Result<> check_exec_plugin(const ExecPlugin& plugin, bool interactive);

// Safe to use from several threads; one run at a time.
class ExecSource {
 public:
  ExecSource(ExecPlugin plugin, ExecSurroundings surroundings, Clock& clock)
      : plugin_(std::move(plugin)), surroundings_(std::move(surroundings)), clock_(clock) {}

  // The credential to use now; runs the plugin when there is none or it has expired.
  Result<ExecCredential> current();
  // Makes the next current() run the plugin.
  void forget();

 private:
  Result<ExecCredential> run() const;

  ExecPlugin plugin_;
  ExecSurroundings surroundings_;
  Clock& clock_;
  std::mutex mutex_;
  std::optional<ExecCredential> kept_;
};

}  // namespace refloat
