// The shape of the program: which folder may include which, that incident knowledge stays in YAML, that functions stay small files.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "unit/support/source_dir.h"

namespace {

namespace fs = std::filesystem;

const fs::path root = refloat::source_dir();

std::vector<fs::path> sources(const fs::path& folder) {
  std::vector<fs::path> out;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const std::string extension = entry.path().extension().string();
    if (entry.is_regular_file() && (extension == ".cpp" || extension == ".h")) out.push_back(entry.path());
  }
  return out;
}

std::string text_of(const fs::path& file) {
  std::ifstream in(file);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

// What each folder may include besides itself, base and model. Ports (a header that is only an interface) are named by file.
const std::map<std::string, std::set<std::string>> allowed = {
    {"base", {}},
    {"model", {}},
    {"kube", {}},
    {"postgres", {}},
    {"argo", {}},
    {"config", {}},
    {"watch", {"kube"}},
    {"cache", {"kube", "argo"}},
    {"probe", {"kube", "postgres"}},
    {"detect", {}},
    {"plan", {}},
    {"guard", {"argo"}},
    {"journal", {"kube"}},
    {"verify", {}},
    {"execute", {"kube/kube_api.h", "postgres/database.h", "argo", "verify"}},
    {"report", {}},
    {"reconcile",
     {"config", "report", "watch", "cache", "probe", "detect", "plan", "guard", "journal", "execute", "verify", "kube",
      "postgres/database.h"}},
    {"sim", {"kube", "postgres", "argo"}},
};

std::string folder_of(const std::string& include) {
  return include.substr(0, include.find('/'));
}

bool may_include(const std::string& from, const std::string& include) {
  const std::string to = folder_of(include);
  if (to == from || to == "base" || (to == "model" && from != "base")) return true;
  const auto& list = allowed.at(from);
  return list.count(to) > 0 || list.count(include) > 0;
}

TEST(Layering, a_folder_includes_only_what_its_arrows_allow) {
  const std::regex include_line(R"re(#include "([a-z_]+/[^"]+)")re");
  for (const auto& [folder, unused] : allowed) {
    const fs::path dir = folder == "argo" ? root / "argo" / "client" : root / "controller" / folder;
    for (const fs::path& file : sources(dir)) {
      const std::string text = text_of(file);
      for (std::sregex_iterator it(text.begin(), text.end(), include_line), end; it != end; ++it) {
        EXPECT_TRUE(may_include(folder, (*it)[1])) << fs::relative(file, root) << " includes " << (*it)[1];
      }
    }
  }
}

TEST(Layering, libraries_stay_behind_their_adapters) {
  const std::map<std::string, std::set<std::string>> homes = {
      {"<curl/", {"kube"}}, {"<pqxx/", {"postgres", "sim"}}, {"<yaml-cpp/", {"config", "kube"}}, {"<simdjson", {"cache", "watch"}}};
  for (const fs::path& file : sources(root / "controller")) {
    const std::string folder = fs::relative(file, root / "controller").begin()->string();
    const std::string text = text_of(file);
    for (const auto& [library, folders] : homes) {
      if (text.find("#include " + library) == std::string::npos) continue;
      EXPECT_TRUE(folders.count(folder) > 0) << fs::relative(file, root) << " includes " << library;
    }
  }
}

std::set<std::string> ids_in_playbooks() {
  std::set<std::string> ids;
  const std::regex id(R"(\n    id: ([a-z0-9-]+))");
  const std::regex name(R"(metadata: \{name: ([a-z0-9-]+)\})");
  for (const auto& entry : fs::directory_iterator(root / "playbooks")) {
    const fs::path file = entry.path() / "playbook.yaml";
    if (!fs::exists(file)) continue;
    const std::string text = text_of(file);
    std::smatch match;
    if (std::regex_search(text, match, id)) ids.insert(match[1]);
    if (std::regex_search(text, match, name)) ids.insert(match[1]);
  }
  return ids;
}

TEST(Layering, no_cpp_names_a_signature_or_playbook) {
  const auto ids = ids_in_playbooks();
  ASSERT_GE(ids.size(), 16U);
  for (const fs::path& file : sources(root / "controller")) {
    const std::string text = text_of(file);
    for (const std::string& id : ids) {
      EXPECT_EQ(text.find("\"" + id + "\""), std::string::npos) << fs::relative(file, root) << " names " << id;
    }
  }
}

TEST(Layering, main_is_short_and_no_file_is_huge) {
  for (const fs::path& file : sources(root / "controller")) {
    const std::string text = text_of(file);
    const auto lines = std::count(text.begin(), text.end(), '\n');
    EXPECT_LE(lines, file.filename() == "main.cpp" ? 80 : 500) << fs::relative(file, root);
  }
}

TEST(Layering, every_playbook_has_cases) {
  for (const auto& entry : fs::directory_iterator(root / "playbooks")) {
    if (!fs::exists(entry.path() / "playbook.yaml")) continue;
    EXPECT_TRUE(fs::exists(entry.path() / "cases")) << entry.path().filename();
  }
}

}  // namespace
