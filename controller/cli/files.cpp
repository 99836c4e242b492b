#include "cli/files.h"

#include <sys/stat.h>
#include <sys/types.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <ios>
#include <istream>
#include <sstream>
#include <string>
#include <system_error>
#include <vector>

#include "base/result.h"

namespace refloat {
namespace {

namespace fs = std::filesystem;

Error file_error(const std::string& doing, const std::string& path) {
  return {ErrorKind::invalid, doing + " " + path + ": " + std::strerror(errno)};
}

bool is_yaml(const fs::path& path) {
  return path.extension() == ".yaml" || path.extension() == ".yml";
}

void add_playbooks_of(const fs::directory_entry& entry, std::vector<std::string>& files) {
  std::error_code ignored;
  if (entry.is_directory(ignored)) {
    const fs::path inside = entry.path() / "playbook.yaml";
    if (fs::exists(inside, ignored)) files.push_back(inside.string());
  } else if (is_yaml(entry.path())) {
    files.push_back(entry.path().string());
  }
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::istream& stdin_stream) {
  std::ostringstream text;
  if (path == "-") {
    text << stdin_stream.rdbuf();
    return text.str();
  }
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) return Error{ErrorKind::invalid, "read " + path + ": is a folder", "name a file"};
  errno = 0;
  const std::ifstream file(path, std::ios::binary);
  if (!file) return file_error("read", path);
  text << file.rdbuf();
  return text.str();
}

Result<> write_file(const std::string& path, const std::string& text) {
  const std::string fresh = path + ".new";
  const mode_t before = umask(0077);
  errno = 0;
  std::ofstream file(fresh, std::ios::binary | std::ios::trunc);
  umask(before);
  file << text;
  file.close();
  if (!file) return file_error("write", path);
  if (std::rename(fresh.c_str(), path.c_str()) != 0) return file_error("write", path);
  return ok();
}

Result<std::vector<std::string>> playbook_files(const std::string& path) {
  std::error_code error;
  if (fs::is_regular_file(path, error)) return std::vector<std::string>{path};
  std::vector<std::string> files;
  if (is_yaml(path) || !fs::is_directory(path, error))
    return Error{ErrorKind::invalid, "read playbooks of " + path + ": there is no such file or folder"};
  if (fs::exists(fs::path(path) / "playbook.yaml", error)) return std::vector<std::string>{(fs::path(path) / "playbook.yaml").string()};
  for (fs::directory_iterator it(path, error), end; !error && it != end; it.increment(error)) add_playbooks_of(*it, files);
  if (error) return Error{ErrorKind::invalid, "read playbooks of " + path + ": " + error.message()};
  std::sort(files.begin(), files.end());
  if (files.empty())
    return Error{ErrorKind::invalid, "read playbooks of " + path + ": none found", "a playbook stands in NAME/playbook.yaml"};
  return files;
}

}  // namespace refloat
