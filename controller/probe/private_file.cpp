#include "probe/private_file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#include "base/result.h"

namespace refloat {
namespace {

Error cannot(const std::string& doing) {
  return {ErrorKind::invalid, "cannot " + doing + ": " + std::strerror(errno), "set TMPDIR to a directory this user can write to"};
}

bool write_all(int fd, const std::string& content) {
  std::size_t written = 0;
  while (written < content.size()) {
    const ssize_t n = ::write(fd, content.data() + written, content.size() - written);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    written += static_cast<std::size_t>(n);
  }
  return true;
}

}  // namespace

Result<std::shared_ptr<PrivateFile>> PrivateFile::create(const std::string& content) {
  const char* parent = std::getenv("TMPDIR");
  std::string directory = std::string(parent != nullptr && *parent != '\0' ? parent : "/tmp") + "/refloat-XXXXXX";
  if (::mkdtemp(directory.data()) == nullptr) return cannot("make a temporary directory " + directory);
  std::shared_ptr<PrivateFile> file(new PrivateFile(directory));  // from here on the destructor cleans up
  const int fd = ::open(file->path().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return cannot("create " + file->path());
  const bool written = write_all(fd, content);
  if (::close(fd) != 0 || !written) return cannot("write " + file->path());
  return file;
}

PrivateFile::~PrivateFile() {
  ::unlink(path().c_str());
  ::rmdir(directory_.c_str());
}

}  // namespace refloat
