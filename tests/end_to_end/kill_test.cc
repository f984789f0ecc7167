// kill -9 at random moments: of whatever banco runs, nothing is left but what lies in the run directory.
// BANCO_KILLS: how often; 5 by default.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <random>
#include <thread>

#include "harness/measure/journal.hh"
#include "impl/base/file_descriptor.hh"
#include "impl/base/namespaces.hh"
#include "tests/end_to_end/banco.hh"
#include "tests/end_to_end/traces.hh"

namespace banco::end_to_end {
namespace {

using std::chrono::milliseconds;

constexpr const char* kScenario = R"(
name: doomed
matrix: {switch: [vde, bridge]}
topology:
  nodes:
    vm[1-2]: {kind: vm}
    host: {kind: namespace}
    box: {kind: container}
    sw: {kind: switch, type: "${switch}"}
  links:
    - endpoints: ["vm*", "sw"]
    - host-sw
    - box-sw
measure:
  - iperf3: {pairs: [[vm1, vm2], [box, host]], time: 2s, omit: 0s}
sampling: {blocks: 50}
)";

void kill_at_random_moments(As as) {
  const TemporaryDirectory directory;
  const auto file = directory.scenario(kScenario);
  std::random_device device;
  const std::uint32_t seed = device();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const base::FileDescriptor log = base::open_file(directory.path() / "log", O_WRONLY | O_CREAT | O_APPEND);
  const auto before = traces();
  int killed_in_traffic_count = 0;
  const char* const kills = std::getenv("BANCO_KILLS");
  const int kill_count = kills != nullptr ? std::atoi(kills) : 5;
  for (int round = 0; round < kill_count; ++round) {
    const auto out = directory.path() / ("out" + std::to_string(round));
    base::ChildOptions options =
        banco_command(as, directory, {"run", file, "--out", out, "--accelerator", "tcg"});
    options.standard_output = options.standard_error = &log;
    base::ChildProcess banco(options);
    std::this_thread::sleep_for(milliseconds(static_cast<long>(random() % 12000)));
    // The caller, its init, or the body: whichever dies, all must go.
    pid_t victim = banco.pid();
    for (auto depth = random() % 3; depth > 0 && child_of(victim) > 0; --depth) victim = child_of(victim);
    ASSERT_EQ(::kill(victim, SIGKILL), 0);
    const auto start = std::chrono::steady_clock::now();
    const auto gone = [&] { return processes_with(out).empty() && traces() == before; };
    while (!gone() && std::chrono::steady_clock::now() - start < std::chrono::seconds(3))
      std::this_thread::sleep_for(milliseconds(20));
    EXPECT_THAT(processes_with(out), testing::IsEmpty()) << "round " << round;
    EXPECT_THAT(traces(), testing::ContainerEq(before)) << "round " << round;
    if (has_journal(out)) {
      EXPECT_FALSE(measure::read_journal(out / "journal.jsonl").end);
      ++killed_in_traffic_count;
    }
  }
  EXPECT_GE(killed_in_traffic_count, kill_count / 5)
      << "the moments of death were all too early to show anything";
}

class Kill : public testing::TestWithParam<As> {};

TEST_P(Kill, AtRandomMomentsLeavesNothing) {
  if (const std::string obstacle = obstacle_to(GetParam()); !obstacle.empty()) GTEST_SKIP() << obstacle;
  {
    // Built where there is a network, so that kills hit runs.
    const TemporaryDirectory directory;
    ASSERT_TRUE(run_banco(GetParam(), directory, {"image", "build", "base"}).status.success());
  }
  EXPECT_EQ(base::run_in_new_namespaces([] {
              cover_temporary_directories();
              kill_at_random_moments(GetParam());
              return testing::Test::HasFailure() ? 1 : 0;
            }),
            0);
}

INSTANTIATE_TEST_SUITE_P(By, Kill, testing::Values(As::kSelf, As::kOrdinaryUser),
                         [](const auto& parameter) { return to_string(parameter.param); });

}  // namespace
}  // namespace banco::end_to_end
