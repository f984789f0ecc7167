// What switches and the trunks between them can carry, and what is refused.
#include <gmock/gmock.h>

#include "harness/scenario/testing.hh"

namespace banco::scenario {
namespace {

using testing::ElementsAre;

constexpr const char* kHead = "name: x\ntopology:\n  defaults: {kind: namespace}\n";

// Why the topology is refused: "line:column: sentence".
std::string refusal_of(const std::string& topology) {
  try {
    parse_scenario(kHead + topology, "f");
    return "accepted";
  } catch (const ScenarioError& error) {
    return std::string(error.what()).substr(2);
  }
}

Topology topology_of(const std::string& topology) {
  return only_cell(kHead + topology).topology;
}

std::vector<std::string> trunks_of(const Topology& topology) {
  std::vector<std::string> words;
  for (const Trunk& trunk : topology.trunks)
    words.push_back(trunk.first + "-" + trunk.second + " " + std::to_string(trunk.mtu_bytes));
  return words;
}

// Nodes s1, s2, s3 of these types with a machine each, and links.
std::string three(const std::string& first, const std::string& second, const std::string& third,
                  const std::string& links) {
  return "  nodes: {\"a[1-3]\": {}, s1: {kind: switch, type: " + first +
         "}, s2: {kind: switch, type: " + second + "}, s3: {kind: switch, type: " + third +
         "}}\n  links: [a1-s1, a2-s2, a3-s3,\n" + links + "]\n";
}

TEST(Trunks, JoinSwitchesHoweverTheyAreWritten) {
  EXPECT_THAT(trunks_of(topology_of(three("bridge", "shm", "vde", "s1-s2, {endpoints: [s3, \"s2\"]}"))),
              ElementsAre("s1-s2 1500", "s3-s2 1500"));
  EXPECT_THAT(trunks_of(topology_of(three("bridge", "shm", "vde", "{endpoints: [s1, \"s[2-3]\"]}"))),
              ElementsAre("s1-s2 1500", "s1-s3 1500"));
}

TEST(Trunks, CarryWhatMachinesSend) {
  EXPECT_THAT(trunks_of(topology_of(
                  "  nodes: {a: {}, b: {}, \"s[1-4]\": {kind: switch, type: bridge}}\n  links: [{endpoints: "
                  "[a, s1], mtu: 9000}, b-s4, s1-s2, s2-s3, {endpoints: [s3, s4], mtu: 1400}]\n")),
              ElementsAre("s1-s2 9000", "s2-s3 9000", "s3-s4 1400"));
}

TEST(Trunks, OfSwitchesInsideOfQemuAreRefused) {
  EXPECT_EQ(refusal_of("  nodes: {a: {kind: vm}, b: {}, s1: {kind: switch, type: socket}, s2: {kind: switch, "
                       "type: vde}}\n  "
                       "links: [a-s1, b-s2,\ns1-s2]\n"),
            "6:1: s1 of type socket is inside of QEMU and cannot be joined to another switch");
}

TEST(Trunks, HaveNoAddressesAndInterfaces) {
  EXPECT_EQ(refusal_of(three("bridge", "bridge", "bridge", "{endpoints: [s1, s2], address: 10.0.0.1/24}")),
            "6:1: a link between switches has no address");
  EXPECT_EQ(refusal_of(three("bridge", "bridge", "bridge", "{endpoints: [s1, \"s2:eth0\"]}")),
            "6:1: only a machine's end names an interface");
  EXPECT_EQ(refusal_of(three("bridge", "bridge", "bridge", "{endpoints: [\"s1:eth0\", s2]}")),
            "6:1: only a machine's end names an interface");
}

TEST(Loops, NeedSpanningTreeEverywhere) {
  const std::string stp = "bridge, stp: true";
  EXPECT_EQ(refusal_of(three(stp, stp, stp, "s1-s2, s2-s3, s3-s1")), "accepted");
  EXPECT_EQ(refusal_of(three(stp, "bridge", stp, "s1-s2, s2-s3, s3-s1")),
            "6:15: this closes a loop of the switches s3, s2 and s1, and s2 has no spanning tree: give it "
            "stp: true, or "
            "leave a link out");
  EXPECT_EQ(refusal_of(three(stp, stp, "shm", "s1-s2, s2-s3,\ns3-s1")),
            "7:1: this closes a loop of the switches s3, s2 and s1, and s3 of type shm has no spanning tree: "
            "leave a "
            "link out");
  EXPECT_EQ(refusal_of(three("shm", "shm", "shm", "s1-s2, s1-s2, s2-s3")),
            "6:8: this closes a loop of the switches s1 and s2, and s1 of type shm has no spanning tree: "
            "leave a link "
            "out");
  EXPECT_EQ(refusal_of(three(stp, stp, "vde, stp: true", "s1-s2, s2-s3, s3-s1")),
            "6:15: this closes a loop of the switches s3, s2 and s1, and the spanning trees of vde and "
            "bridge do not "
            "understand each other: leave a link out");
}

TEST(SpanningTree, IsRefusedWhereATypeHasNone) {
  EXPECT_EQ(refusal_of("  nodes: {a: {}, s: {kind: switch, type: shm, stp: true}}\n  links: [a-s]\n"),
            "4:18: s of type shm has no spanning tree; vde and bridge have");
}

TEST(Vlans, AreRefusedWhereASwitchKnowsNone) {
  EXPECT_EQ(refusal_of(three("bridge", "vxvde", "vde", "s1-s2, {endpoints: [a1, s3], vlan: 10}")),
            "accepted");
  EXPECT_EQ(refusal_of(three("bridge", "vxvde", "vde", "s1-s2, {endpoints: [a1, s1], vlan: 10}")),
            "4:59: VLAN 10 comes to s2 of type vxvde, which knows no VLANs; vde, bridge and shm do");
}

TEST(Mtu, IsRefusedWhereASwitchCarriesLess) {
  EXPECT_EQ(refusal_of(three("bridge", "shm", "vde", "{endpoints: [a1, s2], mtu: 9000}")), "accepted");
  EXPECT_EQ(refusal_of(three("bridge", "shm", "vde", "{endpoints: [a1, s3], mtu: 1501}")),
            "6:1: an MTU of 1501 is more than s3 of type vde carries: 1500");
  EXPECT_EQ(refusal_of(three("bridge", "shm", "vde", "{endpoints: [s1, s2], mtu: 9217}")),
            "6:1: an MTU of 9217 is more than s2 of type shm carries: 9216");
  EXPECT_EQ(refusal_of(three("bridge", "vde", "vde", "{endpoints: [a2, s1], mtu: 9000}, s1-s2")),
            "6:35: an MTU of 9000 is more than s2 of type vde carries: 1500")
      << "the trunk would have to carry what machines on s1 send";
  EXPECT_EQ(
      refusal_of(
          "  addressing: {ipv6: \"fd00::/48\"}\n  nodes: {a: {}, s: {kind: switch, type: vde}}\n  links: "
          "[{endpoints: [a, s], mtu: 1279}]\n"),
      "6:11: IPv6 needs an MTU of 1280, and the link of a has 1279");
}

TEST(Networks, OfTwoSegmentsAreRefusedWhereRoutersCannotTellThemApart) {
  const std::string links =
      "  links: [{endpoints: [a, s], address: 10.0.0.1/24}, {endpoints: [b, t], address: 10.0.0.2/24}";
  EXPECT_EQ(
      refusal_of("  nodes: {a: {}, b: {}, s: {kind: switch, type: vde}, t: {kind: switch, type: vde}}\n" +
                 links + "]\n"),
      "accepted");
  EXPECT_EQ(
      refusal_of(
          "  nodes: {a: {}, b: {}, r: {kind: router}, s: {kind: switch, type: vde}, t: {kind: switch, type: "
          "vde}}\n" +
          links + ", r-s, r-t]\n"),
      "5:54: the network 10.0.0.0/24 of the switch t is that of the switch s too, and no router could tell "
      "them "
      "apart");
}

TEST(Addressing, EndsWhereItsNetworkIsFull) {
  EXPECT_EQ(
      refusal_of("  addressing: {ipv4: 192.168.0.0/23}\n" + three("vde", "vde", "vde", "")),
      "6:25: the network 192.168.0.0/23 has no room for the switch s3; `addressing` may name a larger one");
  EXPECT_EQ(refusal_of("  addressing: {ipv4: \"fd00::/48\"}\n" + three("vde", "vde", "vde", "")),
            "4:22: \"fd00::/48\" is not a network of IPv4, such as 10.0.0.0/8");
  EXPECT_EQ(refusal_of("  addressing: {ipv6: \"fd00::/65\"}\n" + three("vde", "vde", "vde", "")),
            "4:22: \"fd00::/65\" is not a network of IPv6 for networks of /64, such as fd00::/48");
  EXPECT_EQ(refusal_of("  nodes: {a: {address: 10.0.0.1/30}, b: {}, c: {}, s: {kind: switch, type: vde}}\n  "
                       "links: [a-s, b-s,\n"
                       "c-s]\n"),
            "6:1: the network 10.0.0.0/30 has no address left for c");
}

TEST(Pairs, ByIpv6NeedAddresses) {
  EXPECT_EQ(refusal_of("  nodes: {a: {}, b: {}, s: {kind: switch, type: vde}}\n  links: [a-s, "
                       "b-s]\nmeasure:\n- ping: {pairs: "
                       "all, family: ipv6}\n"),
            "7:17: a and b have no IPv6 addresses; give the topology addressing: {ipv6: fd00::/48}");
}

TEST(Shapes, AreRefusedWhereTheyCannotBe) {
  EXPECT_EQ(
      refusal_of("  shape: {star: {hosts: 2}, ring: {switches: 3}}\n"),
      "4:10: a shape needs exactly one of \"star\", \"line\", \"ring\", \"mesh\", \"tree\", \"fat-tree\", "
      "\"clos\" or \"torus\"");
  EXPECT_EQ(refusal_of("  shape: {fat-tree: {k: 3}}\n"),
            "4:10: k of a fat-tree is an even number, and 3 is odd");
  EXPECT_EQ(refusal_of("  shape: {ring: {switches: 2}}\n"),
            "4:10: a ring or mesh has three switches or more; two are a line");
  EXPECT_EQ(refusal_of("  shape: {line: {switches: 40, hosts: 40}}\n"),
            "4:10: this shape has more than 1024 nodes, the most of a cell");
  EXPECT_EQ(refusal_of("  shape: {tree: {depth: 10, fan-out: 1000}}\n"),
            "4:10: this shape has more than 1024 nodes, the most of a cell");
  EXPECT_EQ(refusal_of("  shape: {ring: {switches: 3, switch: shm}}\n"),
            "4:10: this closes a loop of the switches s3, s2 and s1, and s3 of type shm has no spanning "
            "tree: leave a "
            "link out");
  EXPECT_EQ(refusal_of("  shape: {ring: {switches: 3, stp: off}}\n"),
            "4:10: this closes a loop of the switches s3, s2 and s1, and s3 has no spanning tree: give it "
            "stp: true, or "
            "leave a link out");
  EXPECT_EQ(refusal_of("  shape: {star: {hosts: 2}}\n  nodes: {h1: {}}\n"),
            "5:11: the node \"h1\" exists already");
}

}  // namespace
}  // namespace banco::scenario
