// Who talks to whom, and everything a measure may say.
#include "harness/scenario/measures.hh"

#include <gmock/gmock.h>

#include "harness/scenario/testing.hh"

namespace banco::scenario {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<Measure> measures_of(const std::string& measures, int machine_count = 4) {
  return only_cell("name: x\ntopology: {nodes: {\"m[1-" + std::to_string(machine_count) +
                   "]\": {}, sw: {kind: switch, type: vde}}, links: [\"m*-sw\"]}\nmeasure:\n" + measures)
      .measures;
}

std::vector<Pair> pairs_of(const std::string& pairs, int machine_count = 4) {
  return std::get<Iperf3>(measures_of("- iperf3: {pairs: " + pairs + "}", machine_count).at(0).what).pairs;
}

TEST(Pairs, AreNeighbours) {
  EXPECT_THAT(pairs_of("neighbours"), ElementsAre(Pair{"m1", "m2"}, Pair{"m3", "m4"}));
}

TEST(Pairs, MakeARing) {
  EXPECT_THAT(pairs_of("ring", 3), ElementsAre(Pair{"m1", "m2"}, Pair{"m2", "m3"}, Pair{"m3", "m1"}));
}

TEST(Pairs, MakeAStarAroundTheFirst) {
  EXPECT_THAT(pairs_of("star", 3), ElementsAre(Pair{"m2", "m1"}, Pair{"m3", "m1"}));
}

TEST(Pairs, AreAllOfThem) {
  EXPECT_THAT(pairs_of("all", 3), ElementsAre(Pair{"m1", "m2"}, Pair{"m1", "m3"}, Pair{"m2", "m3"}));
}

TEST(Pairs, AreListed) {
  EXPECT_THAT(pairs_of("[[m4, m1], [\"m1\", m4]]"), ElementsAre(Pair{"m4", "m1"}, Pair{"m1", "m4"}));
}

TEST(Pairs, NeedTwoMachines) {
  for (const char* word : {"neighbours", "ring", "star", "all"})
    EXPECT_THROW(pairs_of(word, 1), ScenarioError) << word;
}

TEST(Measures, HaveDefaultNames) {
  const auto measures = measures_of(
      "- iperf3: {pairs: all}\n- iperf3: {pairs: all, udp: true}\n- ping: {pairs: all}\n- cpu: {}");
  ASSERT_THAT(measures, SizeIs(4));
  EXPECT_EQ(measures[0].name, "tcp");
  EXPECT_EQ(measures[1].name, "udp");
  EXPECT_EQ(measures[2].name, "rtt");
  EXPECT_EQ(measures[3].name, "cpu");
  EXPECT_EQ(measures[2].where.line, 6);
}

TEST(Measures, ReadAllOfIperf3) {
  const auto measures = measures_of(R"(
- {name: first, iperf3: {pairs: all}}
- name: second
  iperf3: {pairs: all, udp: on, direction: both, rate: {share: 12.5%, of: first}, length: 1400B, streams: 3, time: 20s, omit: 0s}
- {name: third, iperf3: {pairs: all, direction: reverse, rate: 500Mbit}}
- {name: fourth, iperf3: {pairs: all, rate: unlimited}}
)");
  const auto& first = std::get<Iperf3>(measures[0].what);
  EXPECT_FALSE(first.udp);
  EXPECT_EQ(first.direction, Direction::kForward);
  EXPECT_EQ(first.rate.bps, 0);
  EXPECT_THAT(first.rate.of, IsEmpty());
  EXPECT_EQ(first.length_bytes, 0);
  EXPECT_EQ(first.stream_count, 1);
  EXPECT_EQ(first.time, 10s);
  EXPECT_EQ(first.omit, 1s);
  const auto& second = std::get<Iperf3>(measures[1].what);
  EXPECT_TRUE(second.udp);
  EXPECT_EQ(second.direction, Direction::kBoth);
  EXPECT_DOUBLE_EQ(second.rate.share_ratio, 0.125);
  EXPECT_EQ(second.rate.of, "first");
  EXPECT_EQ(second.length_bytes, 1400);
  EXPECT_EQ(second.stream_count, 3);
  EXPECT_EQ(second.time, 20s);
  EXPECT_EQ(second.omit, 0s);
  EXPECT_EQ(std::get<Iperf3>(measures[2].what).direction, Direction::kReverse);
  EXPECT_DOUBLE_EQ(std::get<Iperf3>(measures[2].what).rate.bps, 5e8);
  EXPECT_EQ(std::get<Iperf3>(measures[3].what).rate.bps, 0);
}

TEST(Measures, ReadAllOfPing) {
  const auto measures = measures_of(R"(
- iperf3: {pairs: all}
- ping: {pairs: star, count: 200, interval: 10ms, size: 1K, during: [idle, tcp]}
- {name: plain, ping: {pairs: star}}
- cpu: {per: process}
)");
  const auto& ping = std::get<Ping>(measures[1].what);
  EXPECT_THAT(ping.pairs, SizeIs(3));
  EXPECT_EQ(ping.count, 200);
  EXPECT_EQ(ping.interval, 10ms);
  EXPECT_EQ(ping.payload_bytes, 1024);
  EXPECT_THAT(ping.during, ElementsAre("idle", "tcp"));
  EXPECT_THAT(std::get<Ping>(measures[2].what).during, ElementsAre("idle"));
  EXPECT_EQ(std::get<Cpu>(measures[3].what).per, CpuPer::kProcess);
}

TEST(Measures, ColdPingsComeFirst) {
  EXPECT_TRUE(std::get<Ping>(measures_of("- ping: {pairs: star, cold: true}")[0].what).is_cold);
  EXPECT_NO_THROW(
      measures_of("- iperf3: {pairs: star}\n- ping: {pairs: star, during: [tcp]}\n"
                  "- {name: cold, ping: {pairs: star, cold: true}}"));
  for (const char* wrong :
       {"- ping: {pairs: star}\n- {name: cold, ping: {pairs: star, cold: true}}",
        "- ping: {pairs: ring}\n- {name: cold, ping: {pairs: star, cold: true}}",
        "- ping: {pairs: star, cold: true, count: 1}",
        "- iperf3: {pairs: star}\n- ping: {pairs: star, cold: true, during: [idle, tcp]}"})
    EXPECT_THROW(measures_of(wrong), ScenarioError) << wrong;
}

TEST(Measures, ReferToEarlierOnesOnly) {
  EXPECT_THROW(measures_of("- ping: {pairs: all, during: [tcp]}\n- iperf3: {pairs: all}"), ScenarioError);
  EXPECT_THROW(measures_of("- ping: {pairs: all}\n- iperf3: {pairs: all, rate: {share: 10%, of: rtt}}"),
               ScenarioError);
  EXPECT_THROW(measures_of("- iperf3: {pairs: all, rate: {share: 10%, of: tcp}}"), ScenarioError);
}

}  // namespace
}  // namespace banco::scenario
