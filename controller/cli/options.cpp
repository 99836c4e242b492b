#include "cli/options.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <map>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "base/time.h"
#include "model/finding.h"

namespace refloat {
namespace {

constexpr const char* cluster_group = "Cluster";
constexpr const char* output_group = "Output";
constexpr const char* stack_group = "Stacks and databases";

bool is_port(std::string_view text) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size() && port > 0 && port < 65536;
}

void add_list(CLI::App& app, const char* name, std::vector<std::string>& values, const char* type, const char* doc) {
  app.add_option(name, values, doc)->allow_extra_args(false)->type_name(type)->group(stack_group);
}

}  // namespace

void add_connection_flags(CLI::App& app, Options& options) {
  const auto add = [&](const char* name, std::string& value, const char* type, const char* doc) {
    app.add_option(name, value, doc)->type_name(type)->group(cluster_group);
  };
  add("--kubeconfig", options.kubeconfig, "FILE", "kubeconfig to use instead of $KUBECONFIG or ~/.kube/config");
  add("--context", options.context, "NAME", "context of the kubeconfig");
  add("--request-timeout", options.request_timeout, "DURATION", "time limit of one request, e.g. 10s");
  add("--as", options.as, "USER", "user to impersonate");
  app.add_option("--as-group", options.as_groups, "group to impersonate; repeatable")
      ->allow_extra_args(false)
      ->type_name("GROUP")
      ->group(cluster_group);
}

void add_namespace_flag(CLI::App& app, Options& options, const char* doc) {
  app.add_option("-n,--namespace", options.ns, doc)->type_name("NAMESPACE")->group(cluster_group);
}

void add_namespace_flags(CLI::App& app, Options& options) {
  add_namespace_flag(app, options, "namespace of the Stacks and Applications; default: all namespaces");
  app.add_flag("-A,--all-namespaces", options.all_namespaces,
               "all namespaces, even with -n; diagnose then also looks at Applications outside any Stack where Stacks are named")
      ->group(cluster_group);
}

void add_output_flags(CLI::App& app, Options& options) {
  app.add_option("-o,--output", options.output, "text, short or json")->type_name("FORMAT")->group(output_group);
  app.add_option("--color", options.color, "auto, always or never")
      ->type_name("WHEN")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->group(output_group);
  app.add_flag("-v,--verbose", options.verbosity, "tell more on stderr; repeatable")->group(output_group);
}

void add_reach_flags(CLI::App& app, Options& options) {
  add_list(app, "--playbooks", options.playbook_dirs, "DIR", "folder with more playbooks; repeatable");
  add_list(app, "--database-address", options.database_addresses, "[[NAMESPACE/]STACK/]NAME=HOST:PORT",
           "reach a Stack's database here, e.g. through a port-forward; the TLS name stays; repeatable (the controller needs STACK/)");
  add_list(app, "--trusted-database-host", options.trusted_hosts, "HOST", "a host that a Secret's password may be sent to; repeatable");
  add_list(app, "--destination-cluster", options.destination_clusters, "[NAMESPACE/]SECRET",
           "look also into the cluster of this cluster Secret of Argo CD, as Argo CD itself does; repeatable");
}

void add_stack_flags(CLI::App& app, Options& options) {
  app.add_option("STACK", options.stacks, "names of Stacks, NAME or NAMESPACE/NAME; default all");
  add_list(app, "-f,--filename", options.files, "FILE", "file with Stacks, - for stdin; repeatable");
  add_reach_flags(app, options);
  app.add_option("--operation-stuck-after", options.operation_stuck_after,
                 "age at which a running operation counts as stuck; default as in the Stack")
      ->type_name("DURATION")
      ->group(stack_group);
}

void add_fail_on_flag(CLI::App& app, Options& options) {
  app.add_option("--fail-on", options.fail_on, "critical, warning or info: findings below do not count for exit code 2")
      ->type_name("SEVERITY")
      ->group(output_group);
}

Result<Severity> fail_on(const Options& options) {
  for (const Severity severity : {Severity::critical, Severity::warning, Severity::info}) {
    if (options.fail_on == to_string(severity)) return severity;
  }
  return Error{ErrorKind::invalid, "--fail-on: \"" + options.fail_on + "\" is no severity", "use critical, warning or info"};
}

Result<std::map<std::string, std::string>> database_addresses(const Options& options) {
  std::map<std::string, std::string> addresses;
  for (const std::string& text : options.database_addresses) {
    const auto equals = text.find('=');
    const auto colon = text.rfind(':');
    const bool shaped = equals != std::string::npos && equals > 0 && colon != std::string::npos && colon > equals + 1;
    if (!shaped || !is_port(std::string_view(text).substr(colon + 1))) {
      return Error{ErrorKind::invalid, "--database-address: \"" + printable(text, 200) + "\" is not NAME=HOST:PORT",
                   "for example --database-address default=127.0.0.1:15432"};
    }
    addresses[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return addresses;
}

Result<Duration> duration_flag(const std::string& flag, const std::string& text, Duration fallback) {
  if (text.empty()) return fallback;
  const auto duration = parse_duration(text);
  if (duration && duration->count() >= 0) return *duration;
  return Error{ErrorKind::invalid, flag + ": \"" + printable(text, 40) + "\" is no duration", "for example 10s, 2m or 1h"};
}

}  // namespace refloat
