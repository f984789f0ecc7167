// What `events:` says, and what it may not say.
#include "harness/scenario/events.hh"

#include <gmock/gmock.h>

#include "harness/scenario/error.hh"
#include "harness/scenario/impairments.hh"
#include "harness/scenario/parse.hh"
#include "harness/scenario/testing.hh"

namespace banco::scenario {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr const char* kTopology = R"(name: x
topology:
  nodes: {a: {kind: namespace}, vm: {}, s: {kind: switch, type: shm}, t: {kind: switch, type: shm},
          q: {kind: switch, type: socket}}
  links: [a-s, a-t, s-t, vm-q]
events:
)";

CellPlan cell_with_events(const std::string& events) {
  return only_cell(kTopology + events);
}

TEST(Events, StandInTheOrderOfTimeAndGiveTheirLinksAWire) {
  const CellPlan cell = cell_with_events(R"(  - {at: 10s, link: t-s, impair: {from: t, loss: 30%}}
  - {at: 2500ms, link: a-s, impair: [{from: a, delay: 5ms}, {from: s, rate: 1Mbit}]}
  - {at: 10s, link: "a:eth0", impair: {delay: 0ms}}
)");
  ASSERT_EQ(cell.events.size(), 3u);
  EXPECT_EQ(cell.events[0].at, milliseconds(2500));
  EXPECT_EQ(cell.events[0].link, "a:eth0");
  EXPECT_THAT(wire_settings(cell.events[0].impairments, cell.events[0].left),
              ElementsAre("lr.delay=5ms", "rl.rate=1Mbit"));
  EXPECT_EQ(cell.events[1].link, "s-t") << "in the order of the file, at the same time";
  EXPECT_THAT(wire_settings(cell.events[1].impairments, cell.events[1].left), ElementsAre("rl.loss=30%"));
  EXPECT_EQ(cell.events[2].link, "a:eth0");
  EXPECT_TRUE(cell.topology.links[0].impairments);
  EXPECT_FALSE(cell.topology.links[1].impairments);
  EXPECT_TRUE(cell.topology.trunks[0].impairments);
}

TEST(Events, ReadBackFromTheirExplanation) {
  const std::string text = std::string(kTopology) + "  - {at: 1s, link: s-t, impair: {from: t, loss: 1%}}\n";
  const Scenario scenario = parse_scenario(text, "f");
  EXPECT_EQ(plan_text(only_cell(explain(scenario))), plan_text(only_cell(text)));
}

TEST(Events, AreRefusedWithTheirPlace) {
  const auto refused = [](const std::string& event, const std::string& sentence) {
    EXPECT_THAT([&] { cell_with_events("  - " + event + "\n"); },
                ThrowsMessage<ScenarioError>(HasSubstr(sentence)))
        << event;
  };
  refused("{at: 1s, link: b-s, impair: {loss: 1%}}", "test.yaml:7:5: there is no link b-s; there is a:eth0");
  refused("{at: 1s, link: a-s, impair: {from: t, loss: 1%}}", "t is not an end of the link between a and s");
  refused("{at: 1s, link: vm-q, impair: {loss: 1%}}", "q of type socket is inside of QEMU");
  refused("{at: -1s, link: a-s, impair: {loss: 1%}}", "\"-1s\"");
  refused("{at: 1s, link: a-s}", "impair");
  refused("{link: a-s, impair: {loss: 1%}}", "\"at\"");
  refused("{at: 1s, link: a-s, impair: {loss: 1}}", "is not a percentage");
}

}  // namespace
}  // namespace banco::scenario
