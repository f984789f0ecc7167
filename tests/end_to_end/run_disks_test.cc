// Runs that measure guests of the user's own disks, and one that never comes up.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "impl/base/file_descriptor.hh"
#include "tests/end_to_end/banco.hh"
#include "tests/end_to_end/disks.hh"

namespace banco::end_to_end {
namespace {

using testing::HasSubstr;

class DiskRun : public testing::TestWithParam<As> {};

TEST_P(DiskRun, MeasuresThem) {
  if (const std::string obstacle = obstacle_to(GetParam()); !obstacle.empty()) GTEST_SKIP() << obstacle;
  if (const std::string missing = make_disks(); !missing.empty()) GTEST_SKIP() << missing;
  const TemporaryDirectory directory;
  const auto file =
      directory.scenario("name: own\ntopology:\n  nodes:\n    a: {kind: vm, image: " + agent_disk().string() +
                         "}\n    c: {kind: vm, image: " + console_disk().string() + R"(, password: secret}
    sw: {kind: switch, type: vde}
  links: [a-sw, c-sw]
measure:
  - iperf3: {pairs: [[a, c]], time: 2s, omit: 0s}
  - ping: {pairs: [[c, a]], count: 3}
sampling: {blocks: 1}
)");
  const auto out = directory.path() / "out";
  const auto result = run_banco(GetParam(), directory, {"run", file, "--out", out, "--accelerator", "tcg"});
  ASSERT_TRUE(result.status.success()) << result.output << result.errors;
  EXPECT_GT(values_of(out, "tcp.throughput.sum").at(0), 0);
  EXPECT_GT(values_of(out, "rtt.idle.p50").at(0), 0);
}

INSTANTIATE_TEST_SUITE_P(By, DiskRun, testing::Values(As::kSelf, As::kOrdinaryUser),
                         [](const auto& parameter) { return to_string(parameter.param); });

TEST(SilentDisk, IsGivenUpInTheEnd) {
  const TemporaryDirectory directory;
  base::write_file_atomically(directory.path() / "silent.img", std::string(1 << 20, '\0'));
  const auto result =
      run_banco(As::kSelf, directory,
                {"up", directory.scenario("name: silent\ntopology: {nodes: {a: {image: ./silent.img}, "
                                          "sw: {kind: switch, type: vde}}, links: [a-sw]}\n")},
                std::chrono::minutes(8));
  EXPECT_FALSE(result.status.success());
  EXPECT_THAT(result.errors,
              HasSubstr("a: neither its guest agent nor a shell on its serial port answered within"));
}

}  // namespace
}  // namespace banco::end_to_end
