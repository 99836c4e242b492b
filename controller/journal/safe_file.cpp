#include "journal/safe_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "base/result.h"

namespace refloat {
namespace {

Error failed(const std::string& doing) {
  return {ErrorKind::invalid, "cannot " + doing + ": " + std::strerror(errno),
          "the journal must be writable before anything is changed; set XDG_STATE_HOME to another directory if need be"};
}

// A descriptor closed with its scope.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_;
};

bool write_all(int fd, const std::string& content) {
  std::size_t done = 0;
  while (done < content.size()) {
    const ssize_t n = ::write(fd, content.data() + done, content.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    done += static_cast<std::size_t>(n);
  }
  return true;
}

std::string directory_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

Result<> sync_directory(const std::string& directory) {
  const Descriptor fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || ::fsync(fd.get()) != 0) return failed("sync directory " + directory);
  return ok();
}

Result<> write_synced(const std::string& path, const std::string& content) {
  ::unlink(path.c_str());  // of a process that died here earlier
  const Descriptor fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) return failed("create " + path);
  if (!write_all(fd.get(), content) || ::fsync(fd.get()) != 0) return failed("write " + path);
  return ok();
}

}  // namespace

Result<> ensure_private_directory(const std::string& directory) {
  for (std::size_t slash = directory.find('/', 1);; slash = directory.find('/', slash + 1)) {
    const std::string part = directory.substr(0, slash);
    if (::mkdir(part.c_str(), 0700) != 0 && errno != EEXIST) return failed("make directory " + part);
    if (slash == std::string::npos) break;
  }
  struct stat info{};
  if (::stat(directory.c_str(), &info) != 0) return failed("look at directory " + directory);
  if (!S_ISDIR(info.st_mode)) return Error{ErrorKind::invalid, directory + " is not a directory", "set XDG_STATE_HOME to a directory"};
  if ((info.st_mode & 0022U) != 0 || (info.st_uid != ::geteuid() && info.st_uid != 0)) {
    return Error{ErrorKind::invalid, "directory " + directory + " may be written by others", "chmod 700 " + directory};
  }
  return ok();
}

Result<std::optional<std::string>> read_file(const std::string& path) {
  const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd && errno == ENOENT) return std::optional<std::string>();
  if (!fd) return failed("open " + path);
  std::string content;
  std::array<char, 65536> buffer;
  for (;;) {
    const ssize_t n = ::read(fd.get(), buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return failed("read " + path);
    if (n == 0) return std::optional(std::move(content));
    content.append(buffer.data(), static_cast<std::size_t>(n));
  }
}

Result<> replace_file(const std::string& path, const std::string& content, const std::function<void()>& before_rename) {
  const std::string beside = path + ".new";
  if (Result<> written = write_synced(beside, content); !written) {
    ::unlink(beside.c_str());
    return written;
  }
  if (before_rename) before_rename();
  if (::rename(beside.c_str(), path.c_str()) != 0) return failed("replace " + path);
  return sync_directory(directory_of(path));
}

Result<FileLock> FileLock::acquire(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return failed("open " + path);
  int locked = 0;
  do locked = ::flock(fd, LOCK_EX);
  while (locked != 0 && errno == EINTR);
  if (locked == 0) return FileLock(fd);
  const Error error = failed("lock " + path);
  ::close(fd);
  return error;
}

FileLock::FileLock(FileLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

FileLock::~FileLock() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace refloat
