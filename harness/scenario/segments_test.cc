// Which interfaces hear each other.
#include "harness/scenario/segments.hh"

#include <gmock/gmock.h>

#include "harness/scenario/testing.hh"

namespace banco::scenario {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// "s1/10: a b"
std::vector<std::string> words_of(const Topology& topology) {
  std::vector<std::string> words;
  for (const Segment& segment : segments_of(topology)) {
    std::string text = segment.switch_name + "/" + std::to_string(segment.vlan) + ":";
    for (const std::size_t link : segment.links) text += " " + topology.links[link].machine;
    words.push_back(text);
  }
  return words;
}

TEST(Segments, AreSwitchesThatTrunksJoin) {
  EXPECT_THAT(words_of(topology_of(R"(
  nodes: {"a[1-4]": {}, "s[1-5]": {kind: switch, type: shm}}
  links: [a1-s1, a2-s2, a3-s3, a4-s5, s2-s4, s4-s3]
)")),
              ElementsAre("s1/0: a1", "s2/0: a2 a3", "s5/0: a4"));
}

TEST(Segments, AreVlansOfTheirOwn) {
  const Topology topology = topology_of(R"(
  nodes: {"a[1-6]": {}, "s[1-3]": {kind: switch, type: bridge}}
  links:
    - a1-s1
    - {endpoints: [a2, s1], vlan: 10}
    - {endpoints: [a3, s2], vlan: 10}
    - {endpoints: [a4, s2], vlan: 20}
    - {endpoints: [a5, s3], vlan: 20}
    - a6-s3
    - s1-s2
    - {endpoints: [s2, s3], vlan: [10, 30]}
)");
  EXPECT_THAT(words_of(topology),
              ElementsAre("s1/0: a1", "s1/10: a2 a3", "s1/20: a4", "s3/0: a6", "s3/20: a5"));
  EXPECT_EQ(segments_of(topology)[1].words(), "VLAN 10 of the switch s1");
  EXPECT_EQ(topology.links[2].address.ipv4, "10.0.1.2/24") << "one network for each";
  EXPECT_EQ(topology.links[4].address.ipv4, "10.0.4.1/24");
}

TEST(Segments, BringTheirVlansToEverySwitchThatIsJoined) {
  const auto vlans = vlans_of_switches(topology_of(R"(
  nodes: {"a[1-3]": {}, "s[1-4]": {kind: switch, type: shm}}
  links: [{endpoints: [a1, s1], vlan: 20}, {endpoints: [a2, s2], vlan: 10}, a3-s4, s1-s2, {endpoints: [s2, s3], vlan: 5}]
)"));
  for (const char* name : {"s1", "s2", "s3"}) EXPECT_THAT(vlans.at(name), ElementsAre(5, 10, 20)) << name;
  EXPECT_THAT(vlans.at("s4"), IsEmpty());
}

}  // namespace
}  // namespace banco::scenario
