// Starting PostgreSQL's programs, as an unprivileged user when we are root.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace refloat {

// Whom a child runs as; -1 = as ourselves.
struct RunAs {
  int uid = -1;
  int gid = -1;
};

// postgres or nobody when we are root; ourselves otherwise; an error when root finds neither.
Result<RunAs> unprivileged_user();

// Starts a program with a minimal environment; its output is appended to `log_file`. It dies with the thread that started it.
Result<int> spawn(const std::vector<std::string>& command, const RunAs& user, const std::string& directory, const std::string& log_file);

// Waits for the child's end: its exit code, or 128 + signal.
int wait_for_exit(int pid);

// Whether the child has ended; reaps it if so.
bool has_exited(int pid);

}  // namespace refloat
