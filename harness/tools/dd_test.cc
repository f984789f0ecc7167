#include "harness/tools/dd.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "impl/base/child_process.hh"

namespace banco::tools {
namespace {

TEST(Dd, SaysWhatItHasCopiedInTheWordsOfBothPrograms) {
  const auto said =
      base::run_command({.command = {"dd", "if=/dev/zero", "of=/dev/null", "bs=8192", "count=3"},
                         .environment = {{"LC_ALL", "C"}}});
  const DdReport real = read_dd(said.errors);
  EXPECT_EQ(real.bytes, 3 * 8192U);
  EXPECT_GT(real.time_s, 0);
  EXPECT_LT(real.time_s, 10);
  const DdReport report =
      read_dd("1024+0 records in\n1024+0 records out\n8388608 bytes (8.0MB) copied, 0.5 seconds, 16.0MB/s\n");
  EXPECT_DOUBLE_EQ(report.rate_bps(), 8388608 * 16.0);
}

TEST(Dd, ThatSaysSomethingElseIsRefused) {
  for (const char* text :
       {"", "dd: failed to open", " copied, ", "x bytes copied, 1 s", "1 byte copied, 0 s, -",
        "1 byte copied, nan s", "99999999999999999999999 bytes copied, 1 s"})
    EXPECT_THROW(read_dd(text), DdError) << text;
  EXPECT_EQ(read_dd_server("  42\n"), 42U);
  for (const char* text : {"", "\n", "nc: bind: Address already in use"})
    EXPECT_THROW(read_dd_server(text), DdError);
}

TEST(Dd, IsThePipeOfTheThesis) {
  const DdOptions options{.server_address = "10.0.0.2",
                          .port = 5301,
                          .source = "/dev/urandom",
                          .block_bytes = 8192,
                          .count = 1024};
  EXPECT_THAT(dd_client_command(options),
              testing::ElementsAre("sh", "-c",
                                   "/bin/dd if=/dev/urandom bs=8192 count=1024 | busybox nc 10.0.0.2 5301"));
}

}  // namespace
}  // namespace banco::tools
