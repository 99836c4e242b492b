#include "sim/git.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "base/json.h"

namespace refloat::sim {

std::string GitRepos::commit(const std::string& repo, Tree tree) {
  std::vector<Commit>& commits = repos_[repo];
  const std::string id = sha256_hex(repo + "#" + std::to_string(commits.size())).substr(0, 40);
  commits.push_back({id, std::move(tree)});
  ++version_;
  return id;
}

std::string GitRepos::resolve(const std::string& repo, const std::string& revision) const {
  const auto it = repos_.find(repo);
  if (it == repos_.end() || it->second.empty()) {
    return "";
  }
  const bool known = std::ranges::any_of(it->second, [&](const Commit& c) { return c.id == revision; });
  return known ? revision : it->second.back().id;
}

const std::vector<Json>* GitRepos::manifests(const std::string& repo, const std::string& path, const std::string& commit) const {
  const auto it = repos_.find(repo);
  if (it == repos_.end()) {
    return nullptr;
  }
  const auto found = std::ranges::find_if(it->second, [&](const Commit& c) { return c.id == commit; });
  if (found == it->second.end() || !found->tree.contains(path)) {
    return nullptr;
  }
  return &found->tree.at(path);
}

std::string GitRepos::generation_error(const std::string& repo) const {
  const auto it = errors_.find(repo);
  return it == errors_.end() ? "" : it->second;
}

GitRepos::Tree GitRepos::head(const std::string& repo) const {
  const auto it = repos_.find(repo);
  return it == repos_.end() || it->second.empty() ? Tree{} : it->second.back().tree;
}

}  // namespace refloat::sim
