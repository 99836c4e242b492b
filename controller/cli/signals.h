// Ctrl-C and SIGTERM while something runs that must end in order: the first asks it to stop, the second kills as usual.
#pragma once

#include <csignal>

namespace refloat {

class SignalGuard {
 public:
  SignalGuard();
  ~SignalGuard();
  SignalGuard(const SignalGuard&) = delete;
  SignalGuard& operator=(const SignalGuard&) = delete;

 private:
  struct sigaction old_interrupt_{};
  struct sigaction old_terminate_{};
};

}  // namespace refloat
