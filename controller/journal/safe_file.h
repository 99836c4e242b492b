// Files that survive a crash: whole or not at all, private to this user, one writer at a time.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/result.h"

namespace refloat {

// Makes the directory and its parents (0700); refuses one that others may write to.
Result<> ensure_private_directory(const std::string& directory);

// The whole content, nothing when the file does not exist.
Result<std::optional<std::string>> read_file(const std::string& path);

// Writes beside the file, syncs, renames over it, syncs the directory. On any failure the old content stands.
Result<> replace_file(const std::string& path, const std::string& content, const std::function<void()>& before_rename);

// Holds an advisory lock on a file until destroyed; the kernel drops it when the process dies.
class FileLock {
 public:
  static Result<FileLock> acquire(const std::string& path);
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&&) = delete;
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace refloat
