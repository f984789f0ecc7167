// What a plan promises: the order of cells, the time, the seed.
#include "harness/run/plan.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "harness/scenario/switch_abilities.hh"
#include "harness/subject/switches.hh"

namespace banco::run {
namespace {

using testing::HasSubstr;

Plan plan_of(const std::string& sampling, const scenario::Selection& selection = {}) {
  return make_plan(scenario::parse_scenario(R"(
name: plan
matrix: {switch: [bridge, vde], size: [1, 2, 3]}
topology:
  nodes:
    a: {kind: namespace}
    b: {kind: namespace}
    sw: {kind: switch, type: "${switch}"}
  links: ["a-sw", "b-sw"]
measure:
  - iperf3: {pairs: neighbours, time: 10s, omit: 2s}
x-size: "${size}"
)" + sampling,
                                            "plan.yaml"),
                   selection);
}

TEST(SwitchTypes, OfScenariosAreThoseThatCanBeMade) {
  for (const auto& abilities : scenario::switch_abilities())
    EXPECT_NO_THROW(subject::switch_type(abilities.type));
  EXPECT_EQ(scenario::switch_abilities().size(), subject::switch_types().size());
}

TEST(Plan, VisitsEveryCellOnceInEveryBlock) {
  const Plan plan = plan_of("sampling: {blocks: 20, seed: 3}");
  ASSERT_EQ(plan.cells.size(), 6U);
  for (int block = 1; block <= plan.block_count; ++block) {
    const auto order = order_of_block(plan, block);
    EXPECT_EQ(std::set<std::size_t>(order.begin(), order.end()).size(), 6U);
    EXPECT_EQ(order.size(), 6U);
  }
}

TEST(Plan, ShufflesBlocksByItsSeedAndNothingElse) {
  const Plan plan = plan_of("sampling: {blocks: 20, seed: 3}");
  std::set<std::vector<std::size_t>> orders;
  std::set<std::size_t> firsts;
  for (int block = 1; block <= 20; ++block) {
    EXPECT_EQ(order_of_block(plan, block), order_of_block(plan_of("sampling: {blocks: 20, seed: 3}"), block));
    orders.insert(order_of_block(plan, block));
    firsts.insert(order_of_block(plan, block).front());
  }
  EXPECT_GT(orders.size(), 10U);
  EXPECT_GT(firsts.size(), 3U);
  EXPECT_NE(order_of_block(plan, 1), order_of_block(plan_of("sampling: {blocks: 20, seed: 4}"), 1));
}

TEST(Plan, TakesItsSeedFromTheUserThenTheFileThenTheMachine) {
  EXPECT_EQ(plan_of("sampling: {blocks: 1, seed: 3}").seed, 3U);
  EXPECT_EQ(plan_of("sampling: {blocks: 1, seed: 3}", {.axes = {}, .block_count = {}, .seed = 9}).seed, 9U);
  EXPECT_NE(plan_of("sampling: {blocks: 1}").seed, plan_of("sampling: {blocks: 1}").seed);
}

TEST(Plan, SaysHowLongItTakesAndWhatItBoots) {
  const Plan plan = plan_of("sampling: {blocks: 10, seed: 3}");
  const auto runnable =
      std::count_if(plan.cells.begin(), plan.cells.end(), [](const auto& cell) { return !cell.obstacle; });
  EXPECT_GE(plan.duration, std::chrono::seconds(12) * 10 * runnable);
  EXPECT_LE(plan.duration, std::chrono::seconds(16) * 10 * runnable);
  EXPECT_EQ(plan.guest_boot_count, 0);
  EXPECT_THAT(plan_text(plan), HasSubstr("plan: 6 cells × 10 blocks, seed 3"));
}

TEST(Plan, RefusesAnImageWithoutARecipeWhereItIsNamed) {
  try {
    make_plan(scenario::parse_scenario("name: p\n"
                                       "topology:\n"
                                       "  nodes:\n"
                                       "    a: {kind: vm, image: bsae}\n"
                                       "    b: {kind: vm}\n"
                                       "    sw: {kind: switch, type: vde}\n"
                                       "  links: [a-sw, b-sw]\n"
                                       "measure: [{ping: {pairs: neighbours}}]\n",
                                       "p.yaml"),
              {});
    FAIL() << "planned it";
  } catch (const scenario::ScenarioError& error) {
    EXPECT_THAT(error.what(), testing::AllOf(testing::StartsWith("p.yaml:4:5: "), HasSubstr("base")));
  }
}

TEST(Plan, SkipsCellsWithLinksThatCannotBeCaptured) {
  const Plan plan = make_plan(scenario::parse_scenario(R"(
name: captured
matrix: {switch: [vxvde, socket]}
topology:
  nodes:
    "vm[1-2]": {}
    sw: {kind: switch, type: "${switch}"}
  links:
    - {endpoints: [vm1, sw], capture: true}
    - vm2-sw
)",
                                                       "captured.yaml"),
                              {});
  ASSERT_EQ(plan.cells.size(), 2U);
  EXPECT_THAT(plan.cells[0].obstacle.value_or(""), testing::Not(HasSubstr("captured")));
  EXPECT_THAT(plan.cells[1].obstacle.value_or(""), HasSubstr("vm1:eth0 cannot be captured"));
  EXPECT_TRUE(plan.cells[0].plan.topology.links[0].impairments) << "a wire shows its frames";
  EXPECT_FALSE(plan.cells[0].plan.topology.links[1].impairments);
}

TEST(Plan, SkipsCellsWhoseImpairedTrunkBringsVlansToABridge) {
  const Plan plan = make_plan(scenario::parse_scenario(R"(
name: trunk
matrix: {switch: [vde, bridge]}
topology:
  nodes:
    "a[1-2]": {kind: namespace}
    left: {kind: switch, type: "${switch}"}
    right: {kind: switch, type: "${switch}"}
  links:
    - {endpoints: [a1, left], vlan: 10}
    - {endpoints: [a2, right], vlan: 10}
    - {endpoints: [left, right], impair: {delay: 1ms}}
)",
                                                       "trunk.yaml"),
                              {});
  ASSERT_EQ(plan.cells.size(), 2U);
  EXPECT_THAT(plan.cells[0].obstacle.value_or(""), testing::Not(HasSubstr("VLANs")));
  EXPECT_THAT(plan.cells[1].obstacle.value_or(""), HasSubstr("left-right"));
}

}  // namespace
}  // namespace banco::run
