// A small file that somebody else rotates: read again when its copy is a minute old.
#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"

namespace refloat {

// The content of a file, or what prevents reading it ("/a/token: permission denied").
Result<std::string> read_file(const std::string& path, std::size_t bytes_max = std::size_t{16} << 20U);

// Safe to use from several threads.
class CachedFile {
 public:
  CachedFile(std::string path, Clock& clock, Duration fresh_for = std::chrono::minutes(1))
      : path_(std::move(path)), clock_(clock), fresh_for_(fresh_for) {}

  // The content without surrounding white space; an older copy while the file cannot be read, as in the moment of its rotation.
  Result<Secret> content();
  // Makes the next content() read the file.
  void forget();

 private:
  std::string path_;
  Clock& clock_;
  Duration fresh_for_;
  std::mutex mutex_;
  std::optional<Secret> copy_;
  std::optional<Time> read_at_;
};

}  // namespace refloat
