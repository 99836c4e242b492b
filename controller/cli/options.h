// Flags that several commands share, with the names kubectl gives them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "model/finding.h"
#include "report/format.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's own name
class App;
}

namespace refloat {

struct Options {
  std::string kubeconfig;
  std::string context;
  std::string ns;
  bool all_namespaces = false;
  std::string request_timeout;
  std::string as;
  std::vector<std::string> as_groups;

  std::string output = "text";
  std::string color = "auto";
  int verbosity = 0;

  std::vector<std::string> stacks;  // positional: NAME or NAMESPACE/NAME
  std::vector<std::string> files;   // -f
  std::vector<std::string> playbook_dirs;
  std::vector<std::string> database_addresses;  // NAME=HOST:PORT
  std::vector<std::string> trusted_hosts;
  std::vector<std::string> destination_clusters;  // cluster Secrets of Argo CD, NAME or NAMESPACE/NAME
  std::string operation_stuck_after;
  std::string fail_on = "info";
};

// Where the cluster is and who we are there.
void add_connection_flags(CLI::App& app, Options& options);
// -n; `doc` says of what.
void add_namespace_flag(CLI::App& app, Options& options, const char* doc);
// -n and -A, of the commands that look at Stacks.
void add_namespace_flags(CLI::App& app, Options& options);
// -o, --color, -v.
void add_output_flags(CLI::App& app, Options& options);
// Which playbooks, and how databases are reached.
void add_reach_flags(CLI::App& app, Options& options);
// Which Stacks; and add_reach_flags.
void add_stack_flags(CLI::App& app, Options& options);
// --fail-on.
void add_fail_on_flag(CLI::App& app, Options& options);

// Text of --fail-on as a severity.
Result<Severity> fail_on(const Options& options);
// --database-address values by name; every mistake is an error with a hint.
Result<std::map<std::string, std::string>> database_addresses(const Options& options);
// A duration given by flag; nothing given = `fallback`.
Result<Duration> duration_flag(const std::string& flag, const std::string& text, Duration fallback);

}  // namespace refloat
