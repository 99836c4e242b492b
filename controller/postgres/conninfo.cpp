#include "postgres/conninfo.h"

#include <netdb.h>

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "postgres/database.h"

namespace refloat {
namespace {

struct FreeAddresses {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};

std::string numeric(const addrinfo& address) {
  std::array<char, NI_MAXHOST> text{};
  if (getnameinfo(address.ai_addr, address.ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) != 0) return {};
  return text.data();
}

Result<std::vector<std::string>> resolve(const std::string& host) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int problem = getaddrinfo(host.c_str(), nullptr, &wanted, &found);
  const std::unique_ptr<addrinfo, FreeAddresses> owner(found);
  if (problem != 0)
    return Error{ErrorKind::transient, "could not translate host name \"" + host + "\" to address: " + gai_strerror(problem)};
  std::vector<std::string> addresses;
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    if (std::string text = numeric(*each); !text.empty()) addresses.push_back(std::move(text));
  }
  return addresses;
}

std::string quote(const std::string& value) {
  std::string out = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

// libpq wants as many hosts and ports as addresses.
Result<> add_dial_addresses(const DatabaseTarget& target, std::vector<std::pair<std::string, std::string>>& options) {
  auto addresses = resolve(target.dial_host);
  if (!addresses) return addresses.error();
  const std::vector<std::string> hosts(addresses->size(), target.host);
  options[0].second = join(hosts, ",");
  options.emplace_back("hostaddr", join(*addresses, ","));
  return ok();
}

bool has_nul(const DatabaseTarget& target) {
  for (const std::string* value : {&target.host, &target.database, &target.user, &target.password.reveal()}) {
    if (value->find('\0') != std::string::npos) return true;
  }
  return false;
}

}  // namespace

Result<std::string> conninfo(const DatabaseTarget& target) {
  if (has_nul(target)) return Error{ErrorKind::invalid, "a connection value contains a NUL byte"};
  if (target.host.empty()) return Error{ErrorKind::invalid, "no host is known for this database"};
  std::vector<std::pair<std::string, std::string>> options{
      {"host", target.host},
      {"port", std::to_string(target.port)},
      {"dbname", target.database},
      {"user", target.user},
      {"password", target.password.reveal()},
      {"passfile", "/nonexistent/refloat"},  // an absent password must stay absent: never the caller's own ~/.pgpass
      {"application_name", application_name},
      {"connect_timeout", "5"},
      {"tcp_user_timeout", "20000"},
      {"keepalives_idle", "10"},
      {"options", ""},
      {"target_session_attrs", "any"},
      {"gssencmode", "disable"},
      {"client_encoding", "UTF8"},
      {"sslmode", target.ssl_mode.empty() ? "prefer" : target.ssl_mode},
  };
  if (!target.ssl_root_cert.empty()) options.emplace_back("sslrootcert", target.ssl_root_cert);
  if (!target.dial_host.empty()) {
    if (auto added = add_dial_addresses(target, options); !added) return added.error();
  } else {
    options.emplace_back("hostaddr", "");
  }
  std::string text;
  for (const auto& [key, value] : options) text += key + "=" + quote(value) + " ";
  return text;
}

std::string address_of(const DatabaseTarget& target) {
  const std::string address = target.host + ":" + std::to_string(target.port) + "/" + target.database;
  return target.dial_host.empty() ? address : address + " (dialled at " + target.dial_host + ")";
}

}  // namespace refloat
