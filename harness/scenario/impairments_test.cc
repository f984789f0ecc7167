// What `impair:` says, as settings of a wire, and what it may not say.
#include "harness/scenario/impairments.hh"

#include <gmock/gmock.h>

#include "harness/scenario/error.hh"
#include "harness/scenario/parse.hh"
#include "harness/scenario/testing.hh"

namespace banco::scenario {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

CellPlan cell_with(const std::string& links) {
  const Scenario scenario = parse_scenario(
      "name: x\ntopology:\n  nodes: {a: {kind: namespace}, b: {kind: namespace}, s: {kind: switch, type: "
      "shm}, t: "
      "{kind: switch, type: shm}}\n  links:\n" +
          links,
      "f");
  return expand(scenario, {}).front();
}

TEST(Impairments, AreSettingsOfAWireFromTheMachineToTheSwitch) {
  const CellPlan cell = cell_with(
      "    - {endpoints: [a, s], impair: {delay: 20ms, jitter: \"2ms,normal\", loss: \"1%,burst=5\", rate: "
      "10Mbit,\n"
      "        queue: \"100p,fq-codel\", ber: 1e-6, duplicate: 1%, reorder: 1%}}\n"
      "    - {endpoints: [b, t], impair: [{from: t, delay: 15ms}, {from: b, delay: 5ms}]}\n"
      "    - {endpoints: [t, s], impair: {from: s, loss: 2%}}\n");
  const auto& links = cell.topology.links;
  EXPECT_THAT(wire_settings(*links[0].impairments, "a"),
              ElementsAre("delay=20ms", "jitter=2ms,normal", "loss=1%,burst=5", "duplicate=1%", "ber=1e-6",
                          "reorder=1%", "rate=10Mbit", "queue=100p,fq-codel"));
  EXPECT_THAT(wire_settings(*links[1].impairments, "b"), ElementsAre("rl.delay=15ms", "lr.delay=5ms"));
  ASSERT_EQ(cell.topology.trunks.size(), 1u);
  EXPECT_THAT(wire_settings(*cell.topology.trunks[0].impairments, "t"), ElementsAre("rl.loss=2%"));
}

TEST(Impairments, MayBeNothingYet) {
  const CellPlan cell = cell_with("    - {endpoints: [a, s], impair: {}}\n    - b-t\n    - s-t\n");
  ASSERT_TRUE(cell.topology.links[0].impairments);
  EXPECT_THAT(wire_settings(*cell.topology.links[0].impairments, "a"), ElementsAre());
  EXPECT_FALSE(cell.topology.links[1].impairments);
}

TEST(Impairments, AreRefusedWithTheirPlace) {
  const auto refused = [](const std::string& impair, const std::string& sentence) {
    EXPECT_THAT(
        [&] { cell_with("    - {endpoints: [a, s], impair: " + impair + "}\n    - b-s\n    - s-t\n"); },
        ThrowsMessage<ScenarioError>(HasSubstr(sentence)))
        << impair;
  };
  refused("{delay: 20}", "f:5:43: \"20\" is not a time such as 20ms");
  refused("{loss: 1}", "is not a percentage such as 1% or 1%,burst=5");
  refused("{dealy: 1ms}", "did you mean \"delay\"?");
  refused("{from: b, delay: 1ms}", "f:5:7: b is not an end of the link between a and s");
  refused("[{from: a, delay: 1ms}, {from: a, delay: 2ms}]", "one direction of this link is impaired twice");
  refused("[{delay: 1ms}, {from: a, delay: 2ms}]", "one direction of this link is impaired twice");
  refused("[]", "a list of two impairments");
  EXPECT_THAT(
      [] {
        const Scenario scenario = parse_scenario(
            "name: x\ntopology:\n  nodes: {a: {kind: vm}, b: {kind: vm}, s: {kind: switch, type: socket}}\n"
            "  links: [{endpoints: [a, s], impair: {delay: 1ms}}, b-s]\n",
            "f");
        expand(scenario, {});
      },
      ThrowsMessage<ScenarioError>(
          HasSubstr("s of type socket is inside of QEMU, where no wire can impair a link")));
}

}  // namespace
}  // namespace banco::scenario
