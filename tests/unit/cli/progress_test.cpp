#include "cli/progress.h"

#include <gtest/gtest.h>

#include <sstream>

#include "unit/report/samples.h"

namespace refloat {
namespace {

using namespace samples;

class ProgressOutput : public testing::Test {
 protected:
  void say(Progress::Kind kind, int second, const std::string& text) {
    printer_.print({kind, now() + std::chrono::seconds(second), nullptr, kind == Progress::Kind::verdict ? nullptr : &step_, text});
  }
  std::string output() { return err_.str(); }
  [[nodiscard]] std::size_t count_lines() const {
    const std::string text = err_.str();
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  }

  std::istringstream in_;
  std::ostringstream out_, err_;
  Console console_{out_, err_, in_};
  PlanStep step_ = step(Phase::migrate, "migrate-1");
  ProgressPrinter printer_{console_, false};
};

TEST_F(ProgressOutput, AnUnchangedWaitIsRepeatedAfterTenSecondsOneAndFiveMinutes) {
  for (int second = 0; second <= 900; ++second) say(Progress::Kind::waiting, second, "Job active");
  EXPECT_EQ(count_lines(), 6U) << output();  // at 0 s, 10 s, 1 min, 5 min, 10 min, 15 min
}

TEST_F(ProgressOutput, AChangedWaitIsPrintedAtOnce) {
  say(Progress::Kind::waiting, 0, "Pod pending");
  say(Progress::Kind::waiting, 1, "Pod running");
  EXPECT_EQ(count_lines(), 2U);
}

TEST_F(ProgressOutput, OnATerminalOneLineIsRedrawn) {
  console_.err_tty = true;
  for (int second = 0; second < 5; ++second) say(Progress::Kind::waiting, second, "Job active");
  EXPECT_EQ(count_lines(), 0U);
  say(Progress::Kind::step_done, 5, "synced");
  EXPECT_EQ(count_lines(), 1U);
  EXPECT_NE(output().find("\r\033[K"), std::string::npos);
}

TEST_F(ProgressOutput, TheEndLeavesNoLineOpen) {
  console_.err_tty = true;
  {
    ProgressPrinter printer(console_, false);
    printer.print({Progress::Kind::waiting, now(), nullptr, nullptr, "too young"});
  }
  EXPECT_TRUE(output().ends_with("\r\033[K")) << output();
}

TEST_F(ProgressOutput, NoControlCharactersOutsideATerminal) {
  say(Progress::Kind::step_started, 0, "syncs\033[2J");
  say(Progress::Kind::waiting, 1, "Job\ractive");
  say(Progress::Kind::step_failed, 2, "blocked\nFAKE");
  say(Progress::Kind::verdict, 3, "Failed");
  EXPECT_EQ(output().find('\033'), std::string::npos);
  EXPECT_EQ(output().find('\r'), std::string::npos);
  EXPECT_EQ(count_lines(), 4U);
}

TEST_F(ProgressOutput, AFinishedStepTellsHowLongItTook) {
  say(Progress::Kind::step_started, 0, "syncs");
  say(Progress::Kind::step_done, 42, "synced");
  EXPECT_NE(output().find("42s"), std::string::npos);
}

}  // namespace
}  // namespace refloat
