#include "model/project.h"

#include <string>

#include "base/text.h"

namespace refloat {
namespace {

bool is_denial(const std::string& pattern) {
  return pattern.starts_with('!');
}

// "!x" matches everything but x.
bool matches(const std::string& pattern, const std::string& text) {
  return is_denial(pattern) ? !glob_match(pattern.substr(1), text) : glob_match(pattern, text);
}

}  // namespace

bool permits(const AppProject& project, const std::string& cluster, const std::string& server, const std::string& ns) {
  bool any = false;
  for (const ProjectDestination& to : project.destinations) {
    const bool by_cluster = matches(to.name, cluster), by_server = matches(to.server, server), by_namespace = matches(to.ns, ns);
    if ((by_cluster || by_server) && by_namespace) {
      any = true;
    } else if ((!by_cluster && is_denial(to.name)) || (!by_server && is_denial(to.server)) || (!by_namespace && is_denial(to.ns))) {
      return false;
    }
  }
  return any;
}

}  // namespace refloat
