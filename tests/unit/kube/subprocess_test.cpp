#include "kube/subprocess.h"

#include <gtest/gtest.h>

#include <string>

namespace refloat {
namespace {

Command shell(const std::string& script) {
  Command command;
  command.program = "/bin/sh";
  command.arguments = {"-c", script};
  command.environment = {"PATH=/usr/bin:/bin"};
  return command;
}

TEST(Subprocess, CapturesAll) {
  EXPECT_EQ(*run_captured(shell("printf 'a\\nb'")), "a\nb");
  EXPECT_EQ(run_captured(shell("head -c 300000 /dev/zero"))->size(), 300000U);
}

TEST(Subprocess, HasNoInputAndOnlyTheGivenEnvironment) {
  EXPECT_EQ(*run_captured(shell("cat; printf '%s' \"$HOME\"")), "");
}

TEST(Subprocess, EndsWhatDoesNotEnd) {
  Command endless = shell("sleep 600 & sleep 600");
  endless.timeout = Duration(100);
  EXPECT_EQ(run_captured(endless).error().kind, ErrorKind::timed_out);
}

TEST(Subprocess, BoundsTheOutput) {
  Command chatty = shell("yes");
  chatty.output_bytes_max = 10000;
  EXPECT_EQ(run_captured(chatty).error().kind, ErrorKind::invalid);
}

TEST(Subprocess, TellsWhyItFailed) {
  EXPECT_FALSE(run_captured(shell("exit 3")));
  EXPECT_FALSE(run_captured(shell("kill -9 $$")));
  Command absent;
  absent.program = "refloat-no-such-program";
  EXPECT_EQ(run_captured(absent).error().kind, ErrorKind::not_found);
}

}  // namespace
}  // namespace refloat
