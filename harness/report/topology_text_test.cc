#include "harness/report/topology_text.hh"

#include <gtest/gtest.h>

#include "harness/scenario/parse.hh"

namespace banco::report {
namespace {

scenario::Topology sample() {
  const auto scenario = scenario::parse_scenario(R"(
name: x
topology:
  nodes:
    a: {kind: namespace}
    r: {kind: router}
    s1: {kind: switch, type: bridge, stp: true}
    s2: {kind: switch, type: shm}
    s3: {kind: switch, type: shm}
  links:
    - {endpoints: [a, s1], vlan: 10}
    - {endpoints: [r, s2], mtu: 9000, vlan: 10}
    - r-s3
    - s1-s2
)",
                                                 "test.yaml");
  return scenario::expand(scenario).at(0).topology;
}

TEST(TopologyMermaid, NamesNodesAndWhatJoinsThem) {
  EXPECT_EQ(topology_mermaid(sample()), R"(graph TD
  node_s1(["s1<br/>bridge, stp"])
  node_s2(["s2<br/>shm"])
  node_s3(["s3<br/>shm"])
  node_a["a<br/>namespace"]
  node_r["r<br/>router"]
  node_s1 ===|"MTU 9000"| node_s2
  node_s1 ---|"eth0, 10.0.0.1/24, VLAN 10"| node_a
  node_s2 ---|"eth0, 10.0.0.2/24, VLAN 10, MTU 9000"| node_r
  node_s3 ---|"eth1, 10.0.1.1/24"| node_r
)");
}

TEST(TopologyDot, NamesNodesAndWhatJoinsThem) {
  EXPECT_EQ(topology_dot(sample()), R"(graph {
  node [fontname=sans, shape=box];
  edge [fontname=sans, fontsize=9];
  "s1" [label="s1\nbridge, stp", style="rounded,bold"];
  "s2" [label="s2\nshm", style="rounded,bold"];
  "s3" [label="s3\nshm", style="rounded,bold"];
  "a" [label="a\nnamespace"];
  "r" [label="r\nrouter"];
  "s1" -- "s2" [penwidth=2, label="MTU 9000"];
  "s1" -- "a" [label="eth0, 10.0.0.1/24, VLAN 10"];
  "s2" -- "r" [label="eth0, 10.0.0.2/24, VLAN 10, MTU 9000"];
  "s3" -- "r" [label="eth1, 10.0.1.1/24"];
}
)");
}

}  // namespace
}  // namespace banco::report
