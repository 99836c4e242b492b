#include "sim/child_process.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/prctl.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "base/result.h"

namespace refloat {
namespace {

// Runs in the child between fork and exec: async-signal-safe calls only.
[[noreturn]] void become(char* const* argv, char* const* environment, const RunAs& user, const char* directory, int log, pid_t parent) {
  if (user.uid >= 0 && setgroups(0, nullptr) != 0) _exit(126);
  if (user.gid >= 0 && setgid(static_cast<gid_t>(user.gid)) != 0) _exit(126);
  if (user.uid >= 0 && setuid(static_cast<uid_t>(user.uid)) != 0) _exit(126);
  prctl(PR_SET_PDEATHSIG, SIGQUIT);  // after setuid, which clears it; SIGQUIT makes PostgreSQL leave at once
  if (getppid() != parent || chdir(directory) != 0) _exit(126);
  setpgid(0, 0);  // Ctrl-C in a demo must reach us first, not the server
  dup2(log, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  const int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
  dup2(null, STDIN_FILENO);
  execve(argv[0], argv, environment);
  _exit(127);
}

}  // namespace

Result<RunAs> unprivileged_user() {
  if (geteuid() != 0) return RunAs{};
  for (const char* name : {"postgres", "nobody"}) {
    if (const passwd* entry = getpwnam(name)) return RunAs{static_cast<int>(entry->pw_uid), static_cast<int>(entry->pw_gid)};
  }
  return Error{ErrorKind::invalid, "PostgreSQL refuses to run as root and there is no user postgres or nobody", "run as another user"};
}

Result<int> spawn(const std::vector<std::string>& command, const RunAs& user, const std::string& directory, const std::string& log_file) {
  std::vector<std::string> words = command;
  std::vector<std::string> settings{"PATH=/usr/bin:/bin", "LC_ALL=C", "TZ=UTC", "HOME=" + directory};
  std::vector<char*> argv, environment;
  for (std::string& word : words) argv.push_back(word.data());
  for (std::string& setting : settings) environment.push_back(setting.data());
  argv.push_back(nullptr);
  environment.push_back(nullptr);
  const int log = open(log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (log < 0) return Error{ErrorKind::invalid, "open " + log_file + ": " + std::strerror(errno)};
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid == 0) become(argv.data(), environment.data(), user, directory.c_str(), log, parent);
  close(log);
  if (pid < 0) return Error{ErrorKind::transient, std::string("fork: ") + std::strerror(errno)};
  return pid;
}

int wait_for_exit(int pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return 127;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool has_exited(int pid) {
  int status = 0;
  return waitpid(pid, &status, WNOHANG) != 0;
}

}  // namespace refloat
