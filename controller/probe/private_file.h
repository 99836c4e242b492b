// A file that only this user can read, in a directory of its own, gone with its owner.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"

namespace refloat {

class PrivateFile {
 public:
  // Writes `content` to a new file (0600) in a new directory (0700) under $TMPDIR or /tmp.
  static Result<std::shared_ptr<PrivateFile>> create(const std::string& content);
  PrivateFile(const PrivateFile&) = delete;
  PrivateFile& operator=(const PrivateFile&) = delete;
  ~PrivateFile();

  [[nodiscard]] std::string path() const { return directory_ + "/ca.crt"; }

 private:
  explicit PrivateFile(std::string directory) : directory_(std::move(directory)) {}
  std::string directory_;
};

}  // namespace refloat
