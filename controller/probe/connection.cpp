#include "probe/connection.h"

#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "base/text.h"
#include "kube/kube_api.h"
#include "model/place.h"
#include "model/stack.h"
#include "postgres/database.h"
#include "postgres/dsn.h"
#include "probe/host_trust.h"
#include "probe/probe.h"
#include "probe/secret_reader.h"
#include "probe/tls.h"

namespace refloat {
namespace {

Error invalid(std::string message, std::string hint = {}) {
  return {ErrorKind::invalid, std::move(message), std::move(hint)};
}

std::optional<int> parse_port(const std::string& text) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && port > 0 && port < 65536 ? std::optional(port) : std::nullopt;
}

struct Address {
  std::string host;
  int port = 0;
};

// "HOST:PORT" or "[V6]:PORT".
std::optional<Address> parse_address(const std::string& text) {
  const auto colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return std::nullopt;
  std::string host = text.substr(0, colon);
  if (host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  const std::optional<int> port = parse_port(text.substr(colon + 1));
  return port && !host.empty() ? std::optional(Address{host, *port}) : std::nullopt;
}

const std::string* given_address(const Stack& stack, const StackDatabase& database, const ProbeOptions& options) {
  const std::string name_in_stack = stack.name + "/" + database.name;
  for (const std::string& name : {stack.ns + "/" + name_in_stack, name_in_stack, database.name}) {
    const auto found = options.addresses.find(name);
    if (found != options.addresses.end()) return &found->second;
  }
  return nullptr;
}

// A DSN speaks for itself; what the Stack says beside it must say the same.
Result<> agree(const std::string& what, const std::string& in_stack, const std::string& in_dsn) {
  if (in_stack.empty() || in_dsn.empty() || in_stack == in_dsn) return ok();
  return invalid("the Stack and the DSN name different " + what + "s", "keep the " + what + " in one place only");
}

Result<DatabaseTarget> from_dsn(const Secret& dsn, const Stack& stack, const Connection& connection) {
  Result<DatabaseTarget> target = parse_dsn(dsn);
  if (!target) return target;
  const std::string host =
      same_host(connection.host, target->host, place_of(stack.workload_namespace).ns) ? std::string() : connection.host;
  for (const Result<>& agreed : {agree("host", host, target->host), agree("database", connection.database, target->database),
                                 agree("user", connection.user, target->user)}) {
    if (!agreed) return agreed.error();
  }
  if (target->host.empty()) target->host = connection.host;
  if (target->database.empty()) target->database = connection.database;
  if (target->user.empty()) target->user = connection.user;
  return target;
}

Result<int> port_of(const SecretValues& values, const SecretKeys& keys, int otherwise) {
  const std::string text = values.plain(keys.port_key);
  if (text.empty()) return otherwise;
  if (const std::optional<int> port = parse_port(text)) return *port;
  return invalid("key " + keys.port_key + " of Secret " + values.display() + " is no port number");
}

// What the Stack states wins over the Secret's keys: the person may name the direct host where the Secret names a pooler.
Result<DatabaseTarget> from_keys(const SecretValues& values, const SecretKeys& keys, const Connection& connection) {
  Result<Secret> password = values.require(keys.password_key);
  if (!password) return password.error();
  DatabaseTarget target;
  target.password = *password;
  target.user = connection.user.empty() ? values.plain(keys.username_key) : connection.user;
  target.database = connection.database.empty() ? values.plain(keys.database_key) : connection.database;
  target.host = connection.host.empty() ? values.plain(keys.host_key) : connection.host;
  const Result<int> port = connection.host.empty() ? port_of(values, keys, connection.port) : Result<int>(connection.port);
  if (!port) return port.error();
  target.port = *port;
  return target;
}

struct Sourced {
  DatabaseTarget target;
  std::vector<std::string> secret_hosts;
  bool from_secret = false;
};

Result<Sourced> from_secret(KubeApi& api, const Stack& stack, const Connection& connection) {
  const SecretKeys& keys = *connection.secret;
  const Result<SecretValues> values = SecretValues::read(api, stack.workload_namespace, keys.name);
  if (!values) return values.error();
  if (keys.dsn_key.empty()) {
    Result<DatabaseTarget> target = from_keys(*values, keys, connection);
    if (!target) return target.error();
    return Sourced{std::move(*target), {values->plain(keys.host_key)}, true};
  }
  const Result<Secret> dsn = values->require(keys.dsn_key);
  if (!dsn) return dsn.error();
  const Result<DatabaseTarget> named = parse_dsn(*dsn);
  if (!named) return named.error().wrap("key " + keys.dsn_key + " of Secret " + values->display());
  Result<DatabaseTarget> target = from_dsn(*dsn, stack, connection);
  if (!target) return target.error().wrap("key " + keys.dsn_key + " of Secret " + values->display());
  return Sourced{std::move(*target), {named->host}, true};
}

Result<Sourced> from_stack(const Stack& stack, const Connection& connection) {
  if (!connection.dsn.empty()) {
    Result<DatabaseTarget> target = from_dsn(Secret(connection.dsn), stack, connection);
    if (!target) return target.error().wrap("inline dsn");
    return Sourced{std::move(*target), {}, false};
  }
  DatabaseTarget target;
  target.host = connection.host;
  target.port = connection.port;
  target.database = connection.database;
  target.user = connection.user;
  return Sourced{std::move(target), {}, false};
}

// One source of truth: a DSN Secret wins over an inline DSN, a Secret of separate keys beside one is a contradiction.
Result<Sourced> source(KubeApi& api, const Stack& stack, const Connection& connection) {
  if (!connection.secret) return from_stack(stack, connection);
  if (connection.secret->dsn_key.empty() && !connection.dsn.empty()) {
    return invalid("both an inline dsn and a Secret of separate keys are given", "keep one of connection.dsn and connection.secret");
  }
  return from_secret(api, stack, connection);
}

Result<> complete(const DatabaseTarget& target) {
  if (target.host.empty())
    return invalid("no host: neither the Stack nor its Secret or DSN names one", "set connection.host; none is assumed");
  if (target.database.empty())
    return invalid("no database name: neither the Stack nor its Secret or DSN names one", "set connection.database");
  if (target.user.empty())
    return invalid("no user: neither the Stack nor its Secret or DSN names one", "set connection.user or the Secret's username key");
  return ok();
}

std::size_t position_of(const Stack& stack, const StackDatabase& database) {
  for (std::size_t i = 0; i < stack.databases.size(); ++i) {
    const StackDatabase& other = stack.databases[i];
    const bool shared = !database.connection.host.empty() && other.connection.host == database.connection.host;
    if (other.name == database.name || shared) return i;
  }
  return 0;
}

Error needs_forward(const Stack& stack, const StackDatabase& database, const DatabaseTarget& target, const ServiceName& service) {
  const std::string local = std::to_string(15432 + position_of(stack, database));
  return invalid("host " + target.host + " is a Service, reachable only inside the cluster",
                 "run `kubectl port-forward -n " + service.ns + " svc/" + service.name + " " + local + ":" + std::to_string(target.port) +
                     "` and add --database-address " + stack.name + "/" + database.name + "=127.0.0.1:" + local);
}

// A name or a private address may lead to something else in our own network, which would be sent the password and read, or written, in the
// place of what is meant.
Error needs_address(const Stack& stack, const StackDatabase& database, const DatabaseTarget& target) {
  return invalid("host " + printable(target.host, 200) + " is what cluster " + place_of(stack.workload_namespace).cluster +
                     " calls it, and may be another one here",
                 "say how to reach it from here: --database-address " + stack.ns + "/" + stack.name + "/" + database.name +
                     "=HOST:PORT; or vouch by --trusted-database-host for a name that is the same everywhere");
}

// Where to dial: the address the person gave, or the host itself if its name means anything from here.
Result<> dial(const Stack& stack, const StackDatabase& database, const ProbeOptions& options, DatabaseTarget& target) {
  if (const std::string* text = given_address(stack, database, options)) {
    const std::optional<Address> address = parse_address(*text);
    if (!address) return invalid("database address \"" + printable(*text, 100) + "\" is not HOST:PORT");
    target.dial_host = address->host;
    target.port = address->port;
    return ok();
  }
  const Place place = place_of(stack.workload_namespace);
  if (!place.cluster.empty()) {
    return means_the_same_everywhere(target.host, options.trusted_hosts) ? ok() : needs_address(stack, database, target);
  }
  const std::optional<ServiceName> service = service_of(target.host, place.ns);
  if (service && !options.in_cluster) return needs_forward(stack, database, target, *service);
  // A short name would be looked up in our own namespace, where another Service may answer to it.
  if (service) target.dial_host = service->name + "." + service->ns + ".svc";
  return ok();
}

void name_target(const Stack& stack, const StackDatabase& database, DatabaseTarget& target) {
  target.name = database.name;
  target.dialect = database.dialect;
  target.role = target.user;
  if (database.dialect == "temporal") target.namespaces = stack.bootstrap.temporal_namespaces;
  const std::string& asked = stack.bootstrap.query_database;
  const bool only_one = asked.empty() && stack.databases.size() == 1;
  target.expect_query = asked == database.name || only_one ? stack.bootstrap.query : std::string();
}

}  // namespace

Result<> may_send(const Stack& stack, const StackDatabase& database, const DatabaseTarget& target,
                  const std::vector<std::string>& secret_hosts, const ProbeOptions& options) {
  if (given_address(stack, database, options) != nullptr) return ok();
  if (may_have_password(target.host, {place_of(stack.workload_namespace).ns, secret_hosts, options.trusted_hosts})) return ok();
  return Error{ErrorKind::denied,
               "host " + printable(target.host, 200) + " is neither named in the Secret nor a Service of namespace " +
                   stack.workload_namespace + ", so the Secret's password is not sent to it",
               "name the host in the Secret, or vouch for it by --trusted-database-host"};
}

Result<RoleLogin> read_credentials(KubeApi& api, const Stack& stack, const SecretKeys& keys) {
  Connection connection;
  connection.secret = keys;
  Result<Sourced> sourced = from_secret(api, stack, connection);
  if (!sourced) return sourced.error();
  return RoleLogin{sourced->target.user, sourced->target.password, sourced->secret_hosts};
}

Result<DatabaseTarget> resolve_target(KubeApi& api, const Stack& stack, const StackDatabase& database, const ProbeOptions& options) {
  const Connection& connection = database.connection;
  Result<Sourced> sourced = source(api, stack, connection);
  if (!sourced) return sourced.error();
  DatabaseTarget& target = sourced->target;
  name_target(stack, database, target);
  if (Result<> checked = complete(target); !checked) return checked.error();
  if (Result<> dialed = dial(stack, database, options, target); !dialed) return dialed.error();
  if (sourced->from_secret) {
    if (Result<> allowed = may_send(stack, database, target, sourced->secret_hosts, options); !allowed) return allowed.error();
  }
  if (Result<> tls = apply_tls(api, stack, connection.tls, target); !tls) return tls.error();
  return std::move(target);
}

}  // namespace refloat
