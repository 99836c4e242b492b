#include "kube/subprocess.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/poll.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstring>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace refloat {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() { reset(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  void reset() {
    if (number_ >= 0) (void)::close(number_);
    number_ = -1;
  }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

// How the child is started: stdout into our pipe; nothing else of ours reaches it.
class Launch {
 public:
  Launch(int output, bool interactive) {
    (void)posix_spawn_file_actions_init(&actions_);
    (void)posix_spawnattr_init(&attributes_);
    (void)posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
    if (interactive) return;
    (void)posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    (void)posix_spawn_file_actions_addopen(&actions_, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    (void)posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP);  // so that its own children can be ended with it
    (void)posix_spawnattr_setpgroup(&attributes_, 0);
  }
  ~Launch() {
    (void)posix_spawn_file_actions_destroy(&actions_);
    (void)posix_spawnattr_destroy(&attributes_);
  }
  Launch(const Launch&) = delete;
  Launch& operator=(const Launch&) = delete;

  int start(const Command& command, pid_t& child) {
    std::vector<char*> arguments{const_cast<char*>(command.program.c_str())};
    for (const std::string& argument : command.arguments) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    std::vector<char*> environment;
    for (const std::string& entry : command.environment) environment.push_back(const_cast<char*>(entry.c_str()));
    environment.push_back(nullptr);
    return posix_spawnp(&child, command.program.c_str(), &actions_, &attributes_, arguments.data(), environment.data());
  }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

using Steady = std::chrono::steady_clock;

// Waits for bytes; 0 = none before the deadline.
int readable(int descriptor, Steady::time_point deadline) {
  pollfd wanted{descriptor, POLLIN, 0};
  const auto left = std::chrono::duration_cast<Duration>(deadline - Steady::now()).count();
  return left <= 0 ? 0 : ::poll(&wanted, 1, static_cast<int>(left));
}

Result<std::string> read_all(int descriptor, const Command& command) {
  const auto deadline = Steady::now() + command.timeout;
  std::string output;
  char buffer[4096];
  for (;;) {
    const int ready = readable(descriptor, deadline);
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return Error{ErrorKind::timed_out, "did not end within " + format_duration(command.timeout)};
    const ssize_t count = ::read(descriptor, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return output;
    output.append(buffer, static_cast<std::size_t>(count));
    if (output.size() > command.output_bytes_max) return Error{ErrorKind::invalid, "printed too much"};
  }
}

int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

Error not_started(int why) {
  if (why == ENOENT) return {ErrorKind::not_found, "no such program"};
  return {ErrorKind::invalid, std::string("cannot be started: ") + std::strerror(why)};
}

}  // namespace

Result<std::string> run_captured(const Command& command) {
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) return not_started(errno);
  Descriptor reading(ends[0]);
  Descriptor writing(ends[1]);
  pid_t child = -1;
  if (const int why = Launch(writing.number(), command.interactive).start(command, child); why != 0) return not_started(why);
  writing.reset();
  Result<std::string> output = read_all(reading.number(), command);
  if (!output) (void)::kill(command.interactive ? child : -child, SIGKILL);
  const int status = wait_for(child);
  if (!output) return output.error();
  if (WIFSIGNALED(status)) return Error{ErrorKind::invalid, "was ended by signal " + std::to_string(WTERMSIG(status))};
  if (WEXITSTATUS(status) != 0) return Error{ErrorKind::invalid, "ended with code " + std::to_string(WEXITSTATUS(status))};
  return output;
}

}  // namespace refloat
