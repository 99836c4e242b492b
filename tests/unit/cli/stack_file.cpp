#include <fstream>

#include "unit/cli/fake_engine.h"

namespace refloat::test {

std::string stack_file(const std::string& folder, const std::vector<std::string>& names) {
  const std::string path = folder + "/stack.yaml";
  std::ofstream file(path);
  for (const std::string& name : names) {
    file << "---\napiVersion: refloat.dev/v1alpha1\nkind: Stack\nmetadata: {name: " << name << ", namespace: argocd}\n"
         << "spec:\n  applications: {migrations: " << name << "-migrations}\n"
         << "  workloads: {namespace: work, selector: {app: x}}\n"
         << "  databases: [{name: default, dialect: temporal, target: '1.18', connection: {secret: {name: login}}}]\n";
  }
  return path;
}

}  // namespace refloat::test
