#include "probe/host_trust.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <string>
#include <vector>

#include "base/text.h"

namespace refloat {
namespace {

bool is_label(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c == '-'; });
}

bool is_number(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

bool any_same(const std::vector<std::string>& hosts, const std::string& host, const std::string& ns) {
  return std::any_of(hosts.begin(), hosts.end(), [&](const std::string& other) { return same_host(other, host, ns); });
}

}  // namespace

std::string normal_host(const std::string& host) {
  std::string normal = trim(host);
  std::transform(normal.begin(), normal.end(), normal.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (!normal.empty() && normal.back() == '.') normal.pop_back();
  return normal;
}

std::optional<ServiceName> service_of(const std::string& host, const std::string& ns) {
  const std::vector<std::string> labels = split(normal_host(host), '.');
  if (!std::all_of(labels.begin(), labels.end(), is_label)) return std::nullopt;
  if (is_number(labels.back())) return std::nullopt;  // an address
  if (labels.size() == 1) return labels[0] == "localhost" ? std::nullopt : std::optional(ServiceName{labels[0], ns});
  if (labels.size() == 2) return labels[1] == ns ? std::optional(ServiceName{labels[0], ns}) : std::nullopt;
  if (labels[2] != "svc") return std::nullopt;
  const bool ends = labels.size() == 3 || (labels.size() == 5 && labels[3] == "cluster" && labels[4] == "local");
  return ends ? std::optional(ServiceName{labels[0], labels[1]}) : std::nullopt;
}

bool same_host(const std::string& a, const std::string& b, const std::string& ns) {
  if (normal_host(a) == normal_host(b)) return true;
  const std::optional<ServiceName> left = service_of(a, ns);
  const std::optional<ServiceName> right = service_of(b, ns);
  return left && right && left->name == right->name && left->ns == right->ns;
}

bool may_have_password(const std::string& hosts, const Trust& trust) {
  const std::vector<std::string> all = split(hosts, ',');
  return !all.empty() && std::all_of(all.begin(), all.end(), [&](const std::string& host) {
    if (normal_host(host).empty()) return false;
    const std::optional<ServiceName> service = service_of(host, trust.ns);
    return (service && service->ns == trust.ns) || any_same(trust.secret_hosts, host, trust.ns) ||
           any_same(trust.trusted_hosts, host, trust.ns);
  });
}

bool means_the_same_everywhere(const std::string& hosts, const std::vector<std::string>& trusted_hosts) {
  const std::vector<std::string> all = split(hosts, ',');
  return !all.empty() && std::all_of(all.begin(), all.end(), [&](const std::string& host) {
    const bool named = std::any_of(trusted_hosts.begin(), trusted_hosts.end(),
                                   [&](const std::string& other) { return normal_host(other) == normal_host(host); });
    return named && !normal_host(host).empty() && !service_of(host, "");
  });
}

}  // namespace refloat
