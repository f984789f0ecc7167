#include "harness/lab/state.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "harness/measure/json.hh"
#include "harness/measure/mutation.hh"

namespace banco::lab {
namespace {

using std::chrono::seconds;

const measure::Time kStart = std::chrono::sys_days(std::chrono::year(2026) / 11 / 21);

LabState sample() {
  return {.name = "demo",
          .scenario_file = "/scenarios/demo.yaml",
          .cell = {{"switch", "bridge"}},
          .started = kStart,
          .machines = {{"a", "namespace", "running", {{"eth0", "sw", {"10.0.0.1/24"}}}},
                       {"b", "namespace", "running", {{"eth0", "sw", {"10.0.0.2/24", "fd00::2/64"}}}},
                       {"vm1", "vm", "ended", {{"eth0", "sw", {}}}}},
          .switches = {{"sw", "bridge"}}};
}

TEST(LabState, IsReadBackAsItWasWritten) {
  const nlohmann::json written = to_json(sample());
  EXPECT_EQ(to_json(parse_state(written)), written);
  EXPECT_EQ(written.at("machines").at(1).at("interfaces").at(0).at("addresses").at(0), "10.0.0.2/24");
}

TEST(LabState, IsDescribedInFewLines) {
  EXPECT_EQ(describe(sample(), kStart + seconds(75)),
            "demo                 75 s  /scenarios/demo.yaml switch=bridge\n"
            "  namespace, running: a 10.0.0.1, b 10.0.0.2 fd00::2\n"
            "  vm, ended: vm1\n"
            "  bridge: sw\n");
}

TEST(LabState, HasAnAgeInTheUnitThatFits) {
  const auto age_after = [](seconds age) { return describe(sample(), kStart + age).substr(17, 8); };
  EXPECT_EQ(age_after(seconds(-5)), "     0 s");
  EXPECT_EQ(age_after(seconds(600)), "  10 min");
  EXPECT_EQ(age_after(seconds(4 * 3600)), "     4 h");
  EXPECT_EQ(age_after(seconds(72 * 3600)), "  3 days");
}

TEST(LabState, RefusesDamagedAnswers) {
  const std::string text = to_json(sample()).dump();
  std::mt19937_64 random(3);
  for (int i = 0; i < 3000; ++i) {
    try {
      parse_state(measure::parse_json(measure::mutate(text, random)));
    } catch (const measure::JsonError&) {
    } catch (const std::invalid_argument&) {
    }
  }
}

}  // namespace
}  // namespace banco::lab
