// To which hosts a password may be sent, and whether a host's name means anything outside the cluster. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace refloat {

// A Service as a host name denotes it.
struct ServiceName {
  std::string name;
  std::string ns;
};

// A host in lower case without trailing dot.
std::string normal_host(const std::string& host);

// The Service a host name denotes for a client in namespace `ns`: "x", "x.<ns>", "x.n.svc" and "x.n.svc.cluster.local", nothing else.
// A longer name ("x.n.svc.example.com") is not a Service: whoever owns example.com answers it.
std::optional<ServiceName> service_of(const std::string& host, const std::string& ns);

// True when both names mean the same host for a client in namespace `ns`.
bool same_host(const std::string& a, const std::string& b, const std::string& ns);

// What may vouch for a host.
struct Trust {
  std::string ns;                          // the Secret's namespace: its Services may have the password
  std::vector<std::string> secret_hosts;   // named in the Secret that holds the password
  std::vector<std::string> trusted_hosts;  // listed by the installer
};

// True when every host of a comma-separated list may be sent the Secret's password.
bool may_have_password(const std::string& hosts, const Trust& trust);

// True when the installer named every host of a comma-separated list, and none is a Service: a name that means the same in every cluster.
bool means_the_same_everywhere(const std::string& hosts, const std::vector<std::string>& trusted_hosts);

}  // namespace refloat
