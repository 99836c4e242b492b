#include "kube/cached_file.h"

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <fstream>
#include <ios>
#include <mutex>
#include <string>

#include "base/result.h"
#include "base/secret.h"
#include "base/text.h"

namespace refloat {
namespace {

Error cannot_read(const std::string& path, int why) {
  const ErrorKind kind = why == ENOENT ? ErrorKind::not_found : why == EACCES ? ErrorKind::denied : ErrorKind::invalid;
  return {kind, printable(path) + ": " + std::strerror(why), why == EACCES ? "check the permissions of this file" : ""};
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::size_t bytes_max) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) return cannot_read(path, errno != 0 ? errno : EIO);
  std::string content;
  char buffer[4096];
  while (file.read(buffer, sizeof buffer) || file.gcount() > 0) {
    content.append(buffer, static_cast<std::size_t>(file.gcount()));
    if (content.size() > bytes_max)
      return Error{ErrorKind::invalid, printable(path) + ": larger than " + std::to_string(bytes_max) + " bytes"};
  }
  if (file.bad()) return cannot_read(path, errno != 0 ? errno : EIO);  // a directory opens, but does not read
  return content;
}

Result<Secret> CachedFile::content() {
  const std::lock_guard lock(mutex_);
  if (copy_ && read_at_ && clock_.now() - *read_at_ < fresh_for_) return *copy_;
  Result<std::string> text = read_file(path_);
  if (text) {
    copy_ = Secret(trim(*text));
    read_at_ = clock_.now();
  }
  if (!copy_) return text.error();
  return *copy_;
}

void CachedFile::forget() {
  const std::lock_guard lock(mutex_);
  read_at_.reset();
}

}  // namespace refloat
