// A Stack: what to keep afloat, where it is, and what may be done to it. The YAML form is the Stack kind of refloat.dev/v1alpha1.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "base/json.h"
#include "base/time.h"

namespace refloat {

enum class Mode { observe, approve, automatic };
enum class Permission { delete_rows, insert_rows, update_version_row, alter_schema, unlock_migrations, drop_databases, prune };

const char* to_string(Mode mode);              // "Observe", "Approve", "Auto"
const char* to_string(Permission permission);  // as in Stack.spec.allow: "deleteRows", ...

// Names a key of a Secret in the Stack's workload namespace.
struct SecretKeys {
  std::string name;
  std::string username_key = "username";
  std::string password_key = "password";
  std::string host_key = "host";
  std::string port_key = "port";
  std::string database_key = "dbname";
  std::string dsn_key;  // set = the Secret holds a whole DSN under this key
};

struct Tls {
  std::string mode;       // "", disable, require, verify-ca, verify-full (libpq's sslmode)
  std::string ca_secret;  // Secret with key ca.crt in the workload namespace
  std::string ca_file;    // or a file next to the command line
};

struct Connection {
  std::string host;  // empty = from the Secret or DSN
  int port = 5432;
  std::string database;  // empty = from the Secret or DSN
  std::string user;      // empty = from the Secret or DSN
  std::optional<SecretKeys> secret;
  std::string dsn;  // inline DSN; treated as a secret in every output
  Tls tls;
};

struct StackDatabase {
  std::string name;     // how the Stack calls it, e.g. "default", "visibility"
  std::string dialect;  // temporal | temporal-visibility
  std::string target;   // schema version the software expects
  Connection connection;
  std::optional<SecretKeys> role_secret;  // what the operator (CNPG) sets the role's password from
};

// What "bootstrap is done" means, read from the database.
struct BootstrapExpect {
  std::vector<std::string> temporal_namespaces;  // must be in the namespaces table of the `temporal` database
  std::string query;                             // one SELECT that returns true; of `query_database`
  std::string query_database;
  [[nodiscard]] bool empty() const { return temporal_namespaces.empty() && query.empty(); }
};

struct Limits {
  Duration operation_stuck_after{std::chrono::minutes(15)};   // Argo CD's own default is never
  Duration hook_terminating_after{std::chrono::seconds(10)};  // a deleting hook Job younger than this may still be ending by itself
  Duration settle{std::chrono::seconds(3)};                   // a state that nobody may touch any more must be unchanged this long
  int attempts_per_step = 3;
  Duration step_timeout{std::chrono::minutes(10)};  // when a step gives no `within`
  int objects_max = 50;                             // objects one recovery may write to
  int attempts_max = 3;                             // recoveries in a row that may end without success before a person must look
  int recoveries_max = 6;                           // recoveries within the window, successful ones too: more is flapping, not recovering
  Duration attempts_window{std::chrono::hours(6)};  // what is older does not count
  int history_max = 10;                             // finished recoveries kept
};

struct Stack {
  std::string name;
  std::string ns;                                   // the Applications' namespace (metadata.namespace, default argocd)
  std::map<std::string, std::string> applications;  // role (migrations, runtime, bootstrap, databases) -> Application name
  std::string workload_namespace;                   // of another cluster "prod/orders" (model/place.h)
  std::map<std::string, std::string> workload_selector;
  std::vector<StackDatabase> databases;
  BootstrapExpect bootstrap;
  Mode mode = Mode::observe;
  std::map<std::string, Mode> mode_by_signature;  // signature id -> its own mode; ask effective_mode(), never one of these alone
  std::vector<Permission> allow;
  std::vector<std::string> allowed_finalizers;
  std::vector<std::string> pause_requests;  // each entry says who asks
  Limits limits;
  std::string uid;               // of the object in the cluster; empty when it was read from a file
  std::string resource_version;  // likewise
  std::int64_t generation = 0;   // likewise
  SourceMark mark;

  [[nodiscard]] bool allows(Permission permission) const;
  // The role an Application has in this Stack, or "".
  [[nodiscard]] std::string role_of(const std::string& application) const;
  [[nodiscard]] const StackDatabase* database(const std::string& database_name) const;
};

// Digest of what a plan for this Stack acts on: its Applications, databases and workloads; not of its mode, permissions or limits.
// An inline DSN counts without its password, whose digest would let a weak one be guessed.
std::string digest_of_targets(const Stack& stack);

}  // namespace refloat
