#include "postgres/dsn.h"

#include <libpq-fe.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

#include "base/result.h"
#include "postgres/database.h"

namespace refloat {
namespace {

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
using Options = std::unique_ptr<PQconninfoOption, FreeOptions>;

Error bad(const std::string& why, const std::string& hint = {}) {
  return {ErrorKind::invalid, "read the DSN: " + why, hint};
}

// libpq takes any other scheme for a database name; a driver suffix ("postgres+asyncpg://") is common enough to be named.
Result<> check_scheme(std::string_view text) {
  const auto end = text.find("://");
  if (end == std::string_view::npos) return ok();
  const std::string_view scheme = text.substr(0, end);
  const bool word =
      std::all_of(scheme.begin(), scheme.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c == '+' || c == '-' || c == '.'; });
  if (!word || scheme == "postgres" || scheme == "postgresql") return ok();
  return bad("its scheme is not PostgreSQL's", "use postgres:// or postgresql://, without a driver suffix");
}

Result<int> port_of(const std::string& text) {
  if (text.empty()) return 5432;
  int port = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (problem != std::errc() || end != text.data() + text.size() || port < 1 || port > 65535)
    return bad("its port is not a number from 1 to 65535");
  return port;
}

void take(DatabaseTarget& target, std::string& port, const std::string& key, const std::string& value) {
  if (key == "host") target.host = value;
  if (key == "hostaddr") target.dial_host = value;
  if (key == "port") port = value;
  if (key == "dbname") target.database = value;
  if (key == "user") target.user = value;
  if (key == "password") target.password = Secret(value);
  if (key == "sslmode") target.ssl_mode = value;
  if (key == "sslrootcert") target.ssl_root_cert = value;
}

Result<> check_ssl_mode(const std::string& mode) {
  for (const char* known : {"", "disable", "allow", "prefer", "require", "verify-ca", "verify-full"}) {
    if (mode == known) return ok();
  }
  return bad("its sslmode is unknown", "one of disable, allow, prefer, require, verify-ca, verify-full");
}

}  // namespace

Result<DatabaseTarget> parse_dsn(const Secret& dsn) {
  const std::string& text = dsn.reveal();
  if (text.empty()) return bad("it is empty");
  if (text.find('\0') != std::string::npos) return bad("it contains a NUL byte");
  if (auto scheme = check_scheme(text); !scheme) return scheme.error();
  char* withheld = nullptr;
  const Options options(PQconninfoParse(text.c_str(), &withheld));
  if (withheld != nullptr) PQfreemem(withheld);
  if (!options) {
    return bad("PostgreSQL's client does not understand it (its text is withheld, it may hold the password)",
               "in a URI, percent-encode @ / : # % ? and spaces of the password; use only options that libpq knows");
  }
  DatabaseTarget target;
  std::string port;
  for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr) take(target, port, option->keyword, option->val);
  }
  if (target.host.find(',') != std::string::npos || port.find(',') != std::string::npos) {
    return bad("it names several hosts", "name the primary's own host");
  }
  if (target.host.empty()) target.host = target.dial_host;
  if (auto mode = check_ssl_mode(target.ssl_mode); !mode) return mode.error();
  auto number = port_of(port);
  if (!number) return number.error();
  target.port = *number;
  if (target.database.empty()) target.database = target.user;
  return target;
}

}  // namespace refloat
