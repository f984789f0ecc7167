// Machines, switches and links of one cell.
#include "harness/scenario/topology.hh"

#include <gmock/gmock.h>

#include <set>

#include "harness/scenario/testing.hh"

namespace banco::scenario {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

std::vector<std::string> links_of(const Topology& topology) {
  std::vector<std::string> links;
  for (const Link& l : topology.links)
    links.push_back(l.machine + ":" + l.interface + " " + l.switch_name + " " + l.address.ipv4);
  return links;
}

TEST(Topology, FillsInDefaults) {
  const Topology topology = topology_of(R"(
  defaults: {image: big, cpus: 2, memory: 1G, append: quiet}
  nodes:
    a: {}
    b: {kind: vm, memory: 512M}
    c: {kind: namespace}
    d: {kind: container}
    e: {kind: container, cpus: 0.25, memory: 64M}
    sw: {kind: switch, type: vde-hub, offload: off}
  links: ["?-sw"]
)");
  ASSERT_THAT(topology.machines, SizeIs(5));
  const Machine& a = topology.machines[0];
  EXPECT_EQ(a.name, "a");
  EXPECT_EQ(a.kind, MachineKind::kVm);
  EXPECT_EQ(a.image, "big");
  EXPECT_EQ(a.cpu_count, 2);
  EXPECT_EQ(a.memory_bytes, std::uint64_t{1} << 30);
  EXPECT_EQ(a.append, "quiet");
  EXPECT_EQ(topology.machines[1].memory_bytes, std::uint64_t{512} << 20);
  EXPECT_EQ(topology.machines[1].image, "big");
  EXPECT_EQ(topology.machines[2].kind, MachineKind::kNamespace);
  EXPECT_EQ(topology.machines[3].kind, MachineKind::kContainer);
  EXPECT_EQ(topology.machines[3].image, "big");
  EXPECT_EQ(topology.machines[3].cpu_limit, 2.0);
  EXPECT_EQ(topology.machines[3].memory_limit_bytes, std::uint64_t{1} << 30);
  EXPECT_EQ(topology.machines[4].cpu_limit, 0.25);
  EXPECT_EQ(topology.machines[4].memory_limit_bytes, std::uint64_t{64} << 20);
  EXPECT_EQ(topology.switches[0].type, "vde-hub");
  EXPECT_FALSE(topology.switches[0].offload);
}

TEST(Topology, TakesTheKindFromTheDefaultsToo) {
  const Topology topology = topology_of(
      "  {defaults: {kind: namespace}, nodes: {a: {}, sw: {kind: switch, type: vde}}, links: [a-sw]}\n");
  EXPECT_EQ(topology.machines[0].kind, MachineKind::kNamespace);
  EXPECT_TRUE(topology.switches[0].offload);
  const Topology containers = topology_of(
      "  {defaults: {kind: container}, nodes: {a: {}, sw: {kind: switch, type: vde}}, links: [a-sw]}\n");
  EXPECT_EQ(containers.machines[0].kind, MachineKind::kContainer);
  EXPECT_FALSE(containers.machines[0].cpu_limit);
  EXPECT_FALSE(containers.machines[0].memory_limit_bytes);
}

TEST(Topology, MakesOneLinkForEachMatch) {
  const Topology topology = topology_of(R"(
  nodes:
    vm[1-3]: {}
    left: {kind: switch, type: shm}
    right: {kind: switch, type: bridge}
  links:
    - {endpoints: ["vm[1-2]", left], mtu: 9000, capture: true}
    - {endpoints: [right, "vm*"]}
)");
  EXPECT_THAT(links_of(topology), ElementsAre("vm1:eth0 left 10.0.0.1/24", "vm2:eth0 left 10.0.0.2/24",
                                              "vm1:eth1 right 10.0.1.1/24", "vm2:eth1 right 10.0.1.2/24",
                                              "vm3:eth0 right 10.0.1.3/24"));
  EXPECT_EQ(topology.links[0].mtu_bytes, 9000);
  EXPECT_TRUE(topology.links[1].capture);
  EXPECT_EQ(topology.links[2].mtu_bytes, 1500);
  EXPECT_FALSE(topology.links[2].capture);
}

TEST(Topology, KeepsNamedInterfacesFreeForTheirLinks) {
  const Topology topology = topology_of(R"(
  nodes: {a: {}, s: {kind: switch, type: vde}, t: {kind: switch, type: vde}, u: {kind: switch, type: vde}}
  links: [a-s, {endpoints: ["a:eth0", t]}, "u-a:eth1"]
)");
  EXPECT_THAT(links_of(topology),
              ElementsAre("a:eth2 s 10.0.0.1/24", "a:eth0 t 10.0.1.1/24", "a:eth1 u 10.0.2.1/24"));
}

TEST(Topology, FindsTheDashBetweenNamesThatHoldDashes) {
  const Topology topology = topology_of(R"(
  nodes: {web-1: {}, web-2: {}, core-sw: {kind: switch, type: vde}}
  links: [web-1-core-sw, "core-sw-web-*"]
)");
  EXPECT_THAT(links_of(topology),
              ElementsAre("web-1:eth0 core-sw 10.0.0.1/24", "web-1:eth1 core-sw 10.0.0.2/24",
                          "web-2:eth0 core-sw 10.0.0.3/24"));
}

TEST(Topology, RefusesALinkThatCanBeReadInTwoWays) {
  EXPECT_THROW(
      topology_of("  {nodes: {a: {}, a-b: {}, b-s: {kind: switch, type: vde}, s: {kind: switch, type: vde}}, "
                  "links: [a-b-s]}\n"),
      ScenarioError);
}

TEST(Addresses, AreTakenFromNodesAndLinks) {
  const Topology topology = topology_of(R"(
  nodes:
    a: {address: 192.168.7.1/28}
    b: {}
    sw: {kind: switch, type: vde}
  links: [a-sw, {endpoints: [b, sw], address: 192.168.7.14/28}]
)");
  EXPECT_THAT(links_of(topology), ElementsAre("a:eth0 sw 192.168.7.1/28", "b:eth0 sw 192.168.7.14/28"));
}

TEST(Addresses, GoAroundThoseThatAreGiven) {
  const Topology topology = topology_of(R"(
  nodes: {a: {}, b: {address: 10.0.0.1/24}, c: {}, sw: {kind: switch, type: vde}}
  links: ["?-sw"]
)");
  EXPECT_THAT(links_of(topology),
              ElementsAre("a:eth0 sw 10.0.0.2/24", "b:eth0 sw 10.0.0.1/24", "c:eth0 sw 10.0.0.3/24"));
}

TEST(Addresses, OfALargeSegmentAreInALargerNetwork) {
  const Topology small =
      topology_of("  {nodes: {\"a[1-254]\": {}, sw: {kind: switch, type: vde}}, links: [\"a*-sw\"]}\n");
  EXPECT_EQ(small.links[253].address.ipv4, "10.0.0.254/24");
  const Topology next =
      topology_of("  {nodes: {\"a[1-255]\": {}, sw: {kind: switch, type: vde}}, links: [\"a*-sw\"]}\n");
  EXPECT_EQ(next.links[254].address.ipv4, "10.0.0.255/23");
  const Topology large = topology_of(
      "  {nodes: {b: {}, \"a[1-600]\": {}, s: {kind: switch, type: vde}, sw: {kind: switch, type: vde}}, "
      "links: [b-s, "
      "\"a*-sw\"]}\n");
  EXPECT_EQ(large.links[0].address.ipv4, "10.0.0.1/24");
  EXPECT_EQ(large.links[1].address.ipv4, "10.0.4.1/22");
  EXPECT_EQ(large.links[600].address.ipv4, "10.0.6.88/22");
  std::set<std::string> addresses;
  std::set<std::string> macs;
  for (const Link& link : large.links) {
    addresses.insert(link.address.ipv4);
    macs.insert(link.mac);
  }
  EXPECT_THAT(addresses, SizeIs(601));
  EXPECT_THAT(macs, SizeIs(601));
  EXPECT_EQ(large.links[599].mac, "52:54:00:00:02:58");
}

TEST(Addresses, ComeFromTheNetworksThatTheFileNames) {
  const Topology topology = topology_of(R"(
  addressing: {ipv4: 192.168.0.0/22, ipv6: fd12:3456::/56}
  nodes: {a: {}, b: {}, c: {}, s: {kind: switch, type: vde}, t: {kind: switch, type: vde}}
  links: [a-s, b-s, c-t]
)");
  EXPECT_EQ(topology.links[1].address.ipv4, "192.168.0.2/24");
  EXPECT_EQ(topology.links[1].address.ipv6, "fd12:3456::2/64");
  EXPECT_EQ(topology.links[2].address.ipv4, "192.168.1.1/24");
  EXPECT_EQ(topology.links[2].address.ipv6, "fd12:3456:0:1::1/64");
}

TEST(Addresses, OfOneInterfaceMayBeOfBothFamilies) {
  const Topology topology = topology_of(R"(
  nodes: {a: {address: ["fd00::7/64", 10.9.0.7/24]}, b: {address: "fd00::8/64"}, c: {}, sw: {kind: switch, type: vde}}
  links: [a-sw, b-sw, c-sw]
)");
  EXPECT_EQ(topology.links[0].address, (Addresses{"10.9.0.7/24", "fd00::7/64"}));
  EXPECT_EQ(topology.links[1].address, (Addresses{"10.9.0.1/24", "fd00::8/64"})) << "as its neighbours";
  EXPECT_EQ(topology.links[2].address, (Addresses{"10.9.0.2/24", "fd00::1/64"}));
}

TEST(Addresses, GoAroundNetworksOfOtherSegments) {
  const Topology topology = topology_of(R"(
  nodes: {a: {address: 10.0.1.9/24}, b: {}, c: {}, "s[1-3]": {kind: switch, type: vde}}
  links: [b-s1, c-s2, a-s3]
)");
  EXPECT_THAT(links_of(topology),
              ElementsAre("b:eth0 s1 10.0.0.1/24", "c:eth0 s2 10.0.2.1/24", "a:eth0 s3 10.0.1.9/24"));
}

TEST(Addresses, MustBeThoseOfHosts) {
  for (const char* address :
       {"10.0.0.1", "10.0.0.0/24", "10.0.0.255/24", "10.0.0.1/31", "10.0.0.1/7", "10.0.0.1/-8",
        "256.0.0.1/24", "10.0.0/24", "10.0.0.1/24x", "10.0.0.1/", "/24", "fe80::1/64", "ff02::1/64",
        "224.0.0.1/24", "fd00::/64", "fd00::1/127", "fd00::1", ""}) {
    EXPECT_THROW(topology_of("  {nodes: {a: {address: \"" + std::string(address) +
                             "\"}, sw: {kind: switch, type: vde}}, links: [a-sw]}\n"),
                 ScenarioError)
        << address;
  }
}

TEST(Addresses, OfANodeNeedItsOnlyLink) {
  EXPECT_THROW(
      topology_of(
          "  {nodes: {a: {address: 10.0.0.1/24}, sw: {kind: switch, type: vde}}, links: [a-sw, a-sw]}\n"),
      ScenarioError);
  EXPECT_THROW(topology_of("  {nodes: {a: {address: 10.0.0.1/24}, sw: {kind: switch, type: vde}}, links: "
                           "[{endpoints: [a, sw], address: 10.0.0.2/24}]}\n"),
               ScenarioError);
}

TEST(Topology, RefusesMoreThanSixteenInterfaces) {
  std::string links = "[a-sw";
  for (int i = 1; i < 16; ++i) links += ", a-sw";
  const std::string nodes = "  {nodes: {a: {}, sw: {kind: switch, type: vde}}, links: ";
  EXPECT_EQ(topology_of(nodes + links + "]}\n").links[15].interface, "eth15");
  EXPECT_THROW(topology_of(nodes + links + ", a-sw]}\n"), ScenarioError);
}

TEST(Topology, HasRoomForHundredsOfSegments) {
  const Topology topology =
      topology_of("  {nodes: {\"a[1-40]\": {}, \"s[1-300]\": {kind: switch, type: vde}}, links: [" + [] {
        std::string links;
        for (int i = 0; i < 300; ++i)
          links += "a" + std::to_string(i / 8 + 1) + "-s" + std::to_string(i + 1) + ", ";
        return links;
      }() + "\"a[39-40]-s1\"]}\n");
  EXPECT_EQ(topology.links[255].address.ipv4, "10.0.255.1/24");
  EXPECT_EQ(topology.links[299].address.ipv4, "10.1.43.1/24");
}

}  // namespace
}  // namespace banco::scenario
