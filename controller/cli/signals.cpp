#include "cli/signals.h"

#include <signal.h>

#include <csignal>

#include "base/clock.h"

namespace refloat {
namespace {

extern "C" void on_signal(int /*signal*/) {
  interrupt();
}

}  // namespace

SignalGuard::SignalGuard() {
  struct sigaction action{};
  action.sa_handler = on_signal;
  action.sa_flags = static_cast<int>(SA_RESETHAND);  // a second signal ends the process; reads are interrupted, not restarted
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, &old_interrupt_);
  sigaction(SIGTERM, &action, &old_terminate_);
}

SignalGuard::~SignalGuard() {
  sigaction(SIGINT, &old_interrupt_, nullptr);
  sigaction(SIGTERM, &old_terminate_, nullptr);
}

}  // namespace refloat
