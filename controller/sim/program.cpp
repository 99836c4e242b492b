#include "sim/program.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"

namespace refloat::sim {

namespace {

class Timed final : public Process {
 public:
  Timed(std::optional<int> exit_code, std::vector<std::string> lines, Time due)
      : exit_code_(exit_code), lines_(std::move(lines)), due_(due) {}

  ProcessState poll(Time now) override {
    ProcessState state;
    state.lines = std::exchange(lines_, {});
    settled_ = now >= due_;
    if (settled_) {
      state.exit_code = exit_code_;
      state.ready = !exit_code_;
    }
    return state;
  }
  [[nodiscard]] Duration poll_every() const override { return settled_ ? Duration{3600000} : Duration{500}; }

 private:
  std::optional<int> exit_code_;
  std::vector<std::string> lines_;
  Time due_;
  bool settled_ = false;
};

}  // namespace

Program exits(int exit_code, const std::vector<std::string>& lines, Duration runs_for) {
  return [=](const ProcessStart& start) { return std::make_unique<Timed>(exit_code, lines, start.at + runs_for); };
}

Program keeps_running(const std::vector<std::string>& lines, Duration ready_after) {
  return [=](const ProcessStart& start) { return std::make_unique<Timed>(std::nullopt, lines, start.at + ready_after); };
}

}  // namespace refloat::sim
