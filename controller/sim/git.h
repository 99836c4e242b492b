// The Git repositories that the simulated Argo CD reads: commits of manifests by path.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/json.h"

namespace refloat::sim {

class GitRepos {
 public:
  // Manifests by path inside the repository.
  using Tree = std::map<std::string, std::vector<Json>>;

  // A new commit on the only branch; returns its id.
  std::string commit(const std::string& repo, Tree tree);
  // The id that a target revision means now; empty when there is no such repository.
  [[nodiscard]] std::string resolve(const std::string& repo, const std::string& revision) const;
  // Null when the commit or the path is unknown.
  [[nodiscard]] const std::vector<Json>* manifests(const std::string& repo, const std::string& path, const std::string& commit) const;
  // From now on (until called with an empty text) manifests of this repository cannot be generated: Argo CD's ComparisonError.
  void break_generation(const std::string& repo, std::string error) {
    errors_[repo] = std::move(error);
    ++version_;
  }
  // Another number after every change.
  [[nodiscard]] std::uint64_t version() const { return version_; }
  [[nodiscard]] std::string generation_error(const std::string& repo) const;
  // The manifests of the newest commit, to change and commit again.
  [[nodiscard]] Tree head(const std::string& repo) const;

 private:
  struct Commit {
    std::string id;
    Tree tree;
  };
  std::map<std::string, std::vector<Commit>> repos_;
  std::map<std::string, std::string> errors_;
  std::uint64_t version_ = 0;
};

}  // namespace refloat::sim
