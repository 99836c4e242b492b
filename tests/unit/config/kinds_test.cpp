// A Stack that the API server takes is one that we can read, and the other way round: the same files are tried on both.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "config/playbook_reader.h"
#include "unit/support/source_dir.h"

namespace refloat {
namespace {

std::vector<std::filesystem::path> stacks_in(const std::string& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(source_dir() / "tests/e2e/kinds" / folder)) {
    if (entry.path().filename().string().starts_with("stack-")) files.push_back(entry.path());
  }
  return files;
}

std::string complaints_about(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  Diagnostics diagnostics;
  (void)read_stacks(text.str(), file.filename().string(), diagnostics);
  return diagnostics.has_errors() ? diagnostics.render() : "";
}

TEST(kinds, stacks_that_the_api_server_takes_can_be_read) {
  const auto files = stacks_in("accept");
  EXPECT_GE(files.size(), 4U);
  for (const auto& file : files) EXPECT_EQ(complaints_about(file), "") << file;
}

TEST(kinds, stacks_that_the_api_server_refuses_are_refused_here) {
  const auto files = stacks_in("reject");
  EXPECT_GE(files.size(), 25U);
  for (const auto& file : files) EXPECT_NE(complaints_about(file), "") << file;
}

}  // namespace
}  // namespace refloat
