#include "impl/base/child_process.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "impl/base/system_error.hh"

namespace banco::base {
namespace {

using std::chrono::milliseconds;

TEST(ChildProcess, ReportsExitCodeAndSignal) {
  ChildProcess exits({.command = {"sh", "-c", "exit 3"}});
  EXPECT_EQ(exits.wait_for(milliseconds(5000))->text(), "exited with code 3");
  ChildProcess sleeps({.command = {"sleep", "100"}});
  sleeps.signal(SIGTERM);
  EXPECT_EQ(sleeps.wait_for(milliseconds(5000))->text(), "was killed by signal 15 (Terminated)");
}

TEST(ChildProcess, NamesAProgramThatIsNotThere) {
  EXPECT_THAT([] { ChildProcess({.command = {"no-such-program"}}); },
              testing::ThrowsMessage<SystemError>("execve no-such-program: No such file or directory"));
}

TEST(ChildProcess, NamesAProgramThatCannotBeExecuted) {
  EXPECT_THAT([] { ChildProcess({.command = {"/etc"}}); },
              testing::ThrowsMessage<SystemError>("execve /etc: Permission denied"));
}

TEST(ChildProcess, IsKilledAndReapedByItsDestructor) {
  pid_t pid = -1;
  {
    const ChildProcess sleeps({.command = {"sleep", "100"}});
    pid = sleeps.pid();
    EXPECT_EQ(::kill(pid, 0), 0);
  }
  EXPECT_EQ(::kill(pid, 0), -1);
  EXPECT_EQ(errno, ESRCH);
}

TEST(ChildProcess, StopFallsBackToKill) {
  ChildProcess stubborn({.command = {"sh", "-c", "trap '' TERM; while :; do sleep 0.01; done"}});
  std::this_thread::sleep_for(milliseconds(100));
  EXPECT_EQ(stubborn.stop(milliseconds(50)).code, SIGKILL);
}

TEST(RunCommand, CollectsBothStreams) {
  const CommandResult result = run_command({.command = {"sh", "-c", "echo out; echo err >&2; exit 1"}});
  EXPECT_EQ(result.output, "out\n");
  EXPECT_EQ(result.errors, "err\n");
  EXPECT_EQ(result.status.code, 1);
}

TEST(RunCommand, CollectsMoreThanAPipeHolds) {
  EXPECT_EQ(run_command({.command = {"head", "-c", "1000000", "/dev/zero"}}).output.size(), 1000000U);
}

TEST(RunCommand, AddsToTheEnvironmentAndReplaces) {
  const ChildOptions options{.command = {"sh", "-c", "echo $BANCO_TEST $HOME"},
                             .environment = {{"BANCO_TEST", "x"}, {"HOME", "/h"}}};
  EXPECT_EQ(run_command(options).output, "x /h\n");
}

TEST(RunCommand, KillsWhatTakesTooLong) {
  const auto start = std::chrono::steady_clock::now();
  EXPECT_THAT(
      [] {
        run_command({.command = {"sleep", "100"}}, milliseconds(50));
      },
      testing::ThrowsMessage<std::runtime_error>("sleep was not done after 50 ms"));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

TEST(RunCommand, ReturnsWhenADaemonKeepsThePipes) {
  const auto start = std::chrono::steady_clock::now();
  EXPECT_TRUE(run_command({.command = {"sh", "-c", "sleep 30 &"}}).status.success());
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(15));
}

}  // namespace
}  // namespace banco::base
