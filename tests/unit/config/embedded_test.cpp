#include "config/embedded.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "unit/support/source_dir.h"

namespace refloat {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// What ought to be embedded, found the slow way.
std::set<std::string> expected_paths() {
  const fs::path root = source_dir();
  std::set<std::string> paths;
  for (const auto& entry : fs::directory_iterator(root / "playbooks")) {
    if (fs::exists(entry.path() / "playbook.yaml")) paths.insert("playbooks/" + entry.path().filename().string() + "/playbook.yaml");
  }
  if (fs::exists(root / "playbooks/schema.json")) paths.insert("playbooks/schema.json");
  for (const auto& entry : fs::directory_iterator(root / "manifests/crds")) {
    if (entry.path().extension() == ".yaml") paths.insert("manifests/crds/" + entry.path().filename().string());
  }
  return paths;
}

TEST(Embedded, HoldsEveryFileUnchanged) {
  std::set<std::string> paths;
  for (const EmbeddedFile& file : embedded_files()) {
    paths.insert(std::string(file.path));
    EXPECT_EQ(file.text, text_of(source_dir() / file.path)) << file.path;
  }
  EXPECT_EQ(paths, expected_paths());
}

TEST(Embedded, SelectsByPathAndKeepsTheOrder) {
  const auto crds = embedded_files("manifests/crds/", ".yaml");
  EXPECT_EQ(crds.size(), 3U);
  EXPECT_TRUE(std::is_sorted(crds.begin(), crds.end(), [](const EmbeddedFile& a, const EmbeddedFile& b) { return a.path < b.path; }));
  EXPECT_TRUE(embedded_files("manifests/crds/", ".json").empty());
}

}  // namespace
}  // namespace refloat
