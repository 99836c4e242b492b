#include "config/connection_reader.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "config/fields.h"
#include "config/words.h"
#include "config/yaml_node.h"
#include "model/stack.h"

namespace refloat {
namespace {

// First of `keys` that the map holds; "" when none.
std::string first_of(const YamlNode& node, const std::vector<std::string>& keys) {
  const auto found = std::find_if(keys.begin(), keys.end(), [&](const std::string& key) { return node.find(key) != nullptr; });
  return found == keys.end() ? "" : *found;
}

Tls read_tls(const YamlNode& node, const std::string& path, Diagnostics& diagnostics) {
  Fields fields(node, path, diagnostics);
  Tls tls;
  if (const YamlNode* mode = fields.get("mode", Need::required))
    tls.mode = as_choice(*mode, tls_mode_words(), fields.path_of("mode"), diagnostics).value_or("");
  tls.ca_secret = fields.object_name("caSecret");
  tls.ca_file = fields.text("caFile");
  fields.done();
  const bool verifies = tls.mode == "verify-ca" || tls.mode == "verify-full";
  if (!tls.ca_secret.empty() && !tls.ca_file.empty()) diagnostics.error(node.mark, path + " has both 'caSecret' and 'caFile'", "keep one");
  if (verifies && tls.ca_secret.empty() && tls.ca_file.empty()) {
    diagnostics.error(node.mark, path + ": mode " + tls.mode + " needs a CA to verify against",
                      "add caSecret (a Secret with key ca.crt) or caFile");
  }
  if (tls.mode == "disable" && !(tls.ca_secret.empty() && tls.ca_file.empty())) {
    diagnostics.error(node.mark, path + ": a CA is given, but mode is disable", "use verify-ca or verify-full");
  }
  return tls;
}

bool is_host(const std::string& host) {
  return std::none_of(host.begin(), host.end(),
                      [](char c) { return c == '/' || c == ' ' || c == '@' || c == '\\' || c == ',' || c == '\n' || c == '\t'; });
}

// The sources that a connection may come from: a whole DSN leaves no room for anything else.
void check_sources(const YamlNode& node, const Connection& connection, const std::string& path, Diagnostics& diagnostics) {
  const std::string beside = first_of(node, {"host", "port", "database", "user"});
  const bool dsn_secret = connection.secret && !connection.secret->dsn_key.empty();
  if (!connection.dsn.empty() && connection.secret) {
    diagnostics.error(node.mark, path + " has both 'dsn' and 'secret'",
                      "keep one; a Secret is the better place for a DSN: secret: {name: ..., dsnKey: ...}");
  } else if ((dsn_secret || !connection.dsn.empty()) && !beside.empty()) {
    diagnostics.error(node.mark, path + ": the DSN already says what '" + beside + "' says", "keep one source of truth");
  }
  if (connection.dsn.find("sslmode=") != std::string::npos && !connection.tls.mode.empty()) {
    diagnostics.error(node.mark, path + ": both the DSN and 'tls' choose a TLS mode", "keep one");
  }
  if (!connection.dsn.empty() || connection.secret) return;
  for (const char* key : {"host", "database", "user"}) {
    if (node.find(key) != nullptr) continue;
    diagnostics.error(node.mark, path + " lacks '" + key + "'", "give secret: {name: ...}, or dsn, or host, database and user");
    return;
  }
}

}  // namespace

SecretKeys read_secret_keys(const YamlNode& node, const std::string& path, Diagnostics& diagnostics) {
  Fields fields(node, path, diagnostics);
  SecretKeys keys;
  keys.name = fields.object_name("name", Need::required);
  keys.username_key = fields.text("usernameKey", Need::optional, keys.username_key);
  keys.password_key = fields.text("passwordKey", Need::optional, keys.password_key);
  keys.host_key = fields.text("hostKey", Need::optional, keys.host_key);
  keys.port_key = fields.text("portKey", Need::optional, keys.port_key);
  keys.database_key = fields.text("databaseKey", Need::optional, keys.database_key);
  keys.dsn_key = fields.text("dsnKey");
  fields.done();
  for (const std::string* shown : {&keys.username_key, &keys.host_key, &keys.port_key, &keys.database_key}) {
    if (*shown != keys.password_key && *shown != "password") continue;
    diagnostics.error(node.mark, path + " takes '" + *shown + "' for something else than the password, which would be shown",
                      "name the key that holds the user, host, port or database");
    break;
  }
  const std::string beside = first_of(node, {"usernameKey", "passwordKey", "hostKey", "portKey", "databaseKey"});
  if (!keys.dsn_key.empty() && !beside.empty()) {
    diagnostics.error(node.mark, path + " has both 'dsnKey' and '" + beside + "'",
                      "with dsnKey the Secret holds a whole DSN; leave the other keys out");
  }
  return keys;
}

Connection read_connection(const YamlNode& node, const std::string& path, Diagnostics& diagnostics) {
  Fields fields(node, path, diagnostics);
  Connection connection;
  connection.host = fields.text("host");
  connection.port = fields.integer("port", 1, 65535, connection.port);
  connection.database = fields.text("database");
  connection.user = fields.text("user");
  connection.dsn = fields.text("dsn");
  if (const YamlNode* secret = fields.get("secret")) connection.secret = read_secret_keys(*secret, fields.path_of("secret"), diagnostics);
  if (const YamlNode* tls = fields.get("tls")) connection.tls = read_tls(*tls, fields.path_of("tls"), diagnostics);
  fields.done();
  if (!is_host(connection.host))
    diagnostics.error(node.mark, fields.path_of("host") + " is no host name", "write the name alone; the port stands under port");
  if (node.kind == YamlNode::Kind::map) check_sources(node, connection, path, diagnostics);
  return connection;
}

}  // namespace refloat
