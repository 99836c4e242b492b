// Files that travel inside the binary: built-in playbooks, the CRDs and the playbook schema. cmake/embed.cmake generates the list at build
// time.
#pragma once

#include <string_view>
#include <vector>

namespace refloat {

struct EmbeddedFile {
  std::string_view path;  // as in the repository: "playbooks/<name>/playbook.yaml", "manifests/crds/<name>.yaml", "playbooks/schema.json"
  std::string_view text;
};

// All of them, sorted by path.
const std::vector<EmbeddedFile>& embedded_files();

// Those whose path begins with `prefix` and ends in `suffix`, sorted by path.
std::vector<EmbeddedFile> embedded_files(std::string_view prefix, std::string_view suffix);

}  // namespace refloat
