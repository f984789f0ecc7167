// How packets get to other segments.
#include "harness/scenario/paths.hh"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "harness/scenario/testing.hh"

namespace banco::scenario {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Topology namespaces_of(const std::string& topology) {
  return topology_of("  defaults: {kind: namespace}\n" + topology);
}

std::vector<std::string> routes_of(const Topology& topology, const std::string& name) {
  std::vector<std::string> words;
  for (const Machine& machine : topology.machines)
    if (machine.name == name)
      for (const Route& route : machine.routes) words.push_back(route.destination + " via " + route.gateway);
  return words;
}

// a on s1, r1 between s1 and s2, r2 between s2 and s3, b on s3.
constexpr const char* kChain = R"(
  addressing: {ipv6: fd00::/48}
  nodes:
    a: {}
    b: {}
    "r[1-2]": {kind: router}
    "s[1-3]": {kind: switch, type: bridge}
  links: [a-s1, r1-s1, r1-s2, r2-s2, r2-s3, b-s3]
)";

TEST(Routes, GoByTheNextRouter) {
  const Topology topology = namespaces_of(kChain);
  EXPECT_THAT(routes_of(topology, "a"), ElementsAre("default via 10.0.0.2", "default via fd00::2"));
  EXPECT_THAT(routes_of(topology, "b"), ElementsAre("default via 10.0.2.1", "default via fd00:0:0:2::1"));
  EXPECT_THAT(routes_of(topology, "r1"), ElementsAre("default via 10.0.1.2", "default via fd00:0:0:1::2"));
}

TEST(Routes, NameTheirNetworksWhereGatewaysDiffer) {
  const Topology topology = namespaces_of(R"(
  nodes:
    a: {}
    left: {}
    right: {}
    "r[1-2]": {kind: router}
    "s[1-3]": {kind: switch, type: bridge}
  links: [a-s1, r1-s1, r2-s1, r1-s2, left-s2, r2-s3, right-s3]
)");
  EXPECT_THAT(routes_of(topology, "a"), ElementsAre("10.0.1.0/24 via 10.0.0.2", "10.0.2.0/24 via 10.0.0.3"));
  EXPECT_THAT(routes_of(topology, "left"), ElementsAre("default via 10.0.1.1"));
}

TEST(Routes, TakeTheWayWithTheFewestRouters) {
  const Topology topology = namespaces_of(R"(
  nodes:
    a: {}
    b: {}
    "r[1-3]": {kind: router}
    "s[1-3]": {kind: switch, type: bridge}
  links: [a-s1, r1-s1, r1-s2, r2-s2, r2-s3, r3-s1, r3-s3, b-s3]
)");
  EXPECT_THAT(routes_of(topology, "a"), ElementsAre("10.0.1.0/24 via 10.0.0.2", "10.0.2.0/24 via 10.0.0.3"));
}

TEST(Routes, AreNotNeededWithoutRouters) {
  EXPECT_THAT(
      routes_of(namespaces_of("  nodes: {a: {}, b: {}, s: {kind: switch, type: vde}}\n  links: [a-s, b-s]\n"),
                "a"),
      IsEmpty());
}

TEST(Routes, MayBeSaidByTheFile) {
  const std::string nodes =
      "  nodes:\n    a: {routes: [{to: default, via: 10.0.0.2}, {to: 10.9.0.0/16, via: 10.0.0.3}]}\n    r: "
      "{kind: router}\n"
      "    s: {kind: switch, type: vde}\n    t: {kind: switch, type: vde}\n  links: [a-s, r-s, r-t]\n";
  EXPECT_THAT(routes_of(namespaces_of(nodes), "a"),
              ElementsAre("default via 10.0.0.2", "10.9.0.0/16 via 10.0.0.3"));
}

TEST(Paths, LeadToTheNearestAddress) {
  const Topology topology = namespaces_of(kChain);
  const Paths paths(topology);
  EXPECT_EQ(paths.link_to("b", "a")->address.ipv4, "10.0.2.2/24");
  EXPECT_EQ(paths.link_to("r1", "a")->address.ipv4, "10.0.0.2/24") << "of two, that on a's own segment";
  EXPECT_EQ(paths.link_to("r2", "a")->address.ipv4, "10.0.1.2/24");
  EXPECT_EQ(paths.link_to("r1", "b")->address.ipv4, "10.0.1.1/24");
}

TEST(Paths, EndWhereNothingJoins) {
  const Topology topology = namespaces_of(
      "  nodes: {a: {}, b: {}, s: {kind: switch, type: vde}, t: {kind: switch, type: vde}}\n  links: [a-s, "
      "b-t]\n");
  EXPECT_EQ(Paths(topology).link_to("b", "a"), nullptr);
}

TEST(Paths, DoNotLeadThroughHostsWithTwoLinks) {
  const Topology topology = namespaces_of(
      "  nodes: {a: {}, b: {}, c: {}, s: {kind: switch, type: vde}, t: {kind: switch, type: vde}}\n  links: "
      "[a-s, c-s, c-t, b-t]\n");
  EXPECT_EQ(Paths(topology).link_to("b", "a"), nullptr);
}

}  // namespace
}  // namespace banco::scenario
