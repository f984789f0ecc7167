// The words of progress.
#include "harness/run/progress.hh"

#include <gtest/gtest.h>

namespace banco::run {
namespace {

TEST(Progress, DescribesCellsRatesAndTimes) {
  EXPECT_EQ(describe({}), "the only cell");
  EXPECT_EQ(describe({{"switch", "vde"}, {"vms", "2"}}), "switch=vde vms=2");
  EXPECT_EQ(describe_rate(1.29e9), "1.29 Gbit/s");
  EXPECT_EQ(describe_rate(349e6), "349 Mbit/s");
  EXPECT_EQ(describe_rate(64e3), "64 kbit/s");
  EXPECT_EQ(describe_duration(std::chrono::seconds(45)), "45 s");
  EXPECT_EQ(describe_duration(std::chrono::minutes(12)), "12 min");
  EXPECT_EQ(describe_duration(std::chrono::minutes(100)), "1 h 40 min");
}

TEST(Progress, IsOneLineThatFitsAndShowsTheTimeLeftFirst) {
  const std::chrono::seconds left(12);
  EXPECT_EQ(progress_line(1, 4, left, {"block 1  switch=vde", "", "tcp 349 Mbit/s"}, 100),
            "[#####...............] 1/4  ~12 s left  block 1  switch=vde  tcp 349 Mbit/s");
  EXPECT_EQ(progress_line(4, 4, left, {"name=\u00e9\u00e9\u00e9\033[2J"}, 80),
            "[####################] 4/4  ~12 s left  name=\u00e9\u00e9\u00e9");
  EXPECT_EQ(progress_line(4, 4, left, {"name=\u00e9\u00e9\u00e9"}, 37),
            "[##########] 4/4  ~12 s left  name=\u00e9\u2026");
}

TEST(Progress, WritesALineACellWhereThereIsNoTerminal) {
  testing::internal::CaptureStderr();
  {
    Progress progress(2, std::chrono::seconds(20));
    progress.cell_started(1, {{"switch", "vde"}});
    progress.phase("tcp");
    progress.note("tcp 349 Mbit/s");
    progress.cell_ended(measure::Outcome::kOk, "");
    progress.cell_started(1, {{"switch", "bridge"}});
    progress.cell_ended(measure::Outcome::kFailed, "vm1: the guest is no longer running");
  }
  const std::string text = testing::internal::GetCapturedStderr();
  EXPECT_NE(text.find("1/2  block 1  switch=vde  tcp 349 Mbit/s  (about 0 s left)\n"), std::string::npos)
      << text;
  EXPECT_NE(text.find("2/2  block 1  switch=bridge  failed: vm1: the guest is no longer running"),
            std::string::npos)
      << text;
}

}  // namespace
}  // namespace banco::run
