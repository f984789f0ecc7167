// Links through a wire: every kind of end, as pings see it.
#include <gmock/gmock.h>

#include <regex>

#include "tests/topology/staging.hh"

namespace banco::topology {
namespace {

// The least round trip of a few pings, milliseconds.
double least_rtt_ms(run::Stage& stage, const std::string& from, const std::string& to) {
  stage.wait_until_connected({{from, to}}, {});
  const auto result =
      stage.machine(from).run({"ping", "-n", "-c", "5", "-i", "0.05", stage.address_of(to, from)});
  std::smatch found;
  if (!std::regex_search(result.output, found, std::regex("rtt [^=]*= ([0-9.]+)/"))) return -1;
  return std::stod(found[1]);
}

class Impaired : public testing::TestWithParam<std::string> {};

TEST_P(Impaired, IsALinkOfAMachineEachWayByItself) {
  if (const std::string missing = missing_for({GetParam()}); !missing.empty()) GTEST_SKIP() << missing;
  on_stage("  nodes: {a: {}, b: {}, c: {}, s: {kind: switch, type: " + GetParam() +
               "}}\n  links:\n    - {endpoints: [a, s], impair: [{from: a, delay: 30ms}, {from: s, delay: "
               "10ms}]}\n"
               "    - b-s\n    - {endpoints: [c, s], impair: {}}\n",
           [](run::Stage& stage) {
             // Whether the delay comes before or behind the switch is the same to a round trip.
             EXPECT_NEAR(least_rtt_ms(stage, "a", "b"), 40, 8);
             EXPECT_NEAR(least_rtt_ms(stage, "b", "a"), 40, 8);
             EXPECT_LT(least_rtt_ms(stage, "b", "c"), 8);
           });
}

TEST_P(Impaired, IsATrunk) {
  if (const std::string missing = missing_for({GetParam(), "bridge"}); !missing.empty())
    GTEST_SKIP() << missing;
  on_stage("  nodes: {a: {}, b: {}, c: {}, s: {kind: switch, type: " + GetParam() +
               "}, t: {kind: switch, type: bridge}, u: {kind: switch, type: " + GetParam() +
               "}}\n  links:\n    - a-s\n    - b-t\n    - c-u\n"
               "    - {endpoints: [t, s], impair: {delay: 15ms}}\n    - {endpoints: [s, u], impair: {delay: "
               "25ms}}\n",
           [](run::Stage& stage) {
             EXPECT_NEAR(least_rtt_ms(stage, "a", "b"), 30, 8);
             EXPECT_NEAR(least_rtt_ms(stage, "a", "c"), 50, 8);
             EXPECT_NEAR(least_rtt_ms(stage, "b", "c"), 80, 12);
           });
}

INSTANTIATE_TEST_SUITE_P(On, Impaired, testing::Values("bridge", "vde", "shm", "vxvde"),
                         [](const auto& type) { return type.param; });

}  // namespace
}  // namespace banco::topology
