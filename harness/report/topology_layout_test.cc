// No two nodes upon each other, whatever the network.
#include "harness/report/topology_layout.hh"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "harness/scenario/parse.hh"

namespace banco::report {
namespace {

constexpr SlotSize kSlot{130, 88};

scenario::Topology topology_of(const std::string& topology) {
  const auto scenario = scenario::parse_scenario("name: x\ntopology: {" + topology + "}\n", "test.yaml");
  return scenario::expand(scenario).at(0).topology;
}

class Layouts : public testing::TestWithParam<std::string> {};

TEST_P(Layouts, KeepNodesApartAndInsideTheFrame) {
  const auto topology = topology_of(GetParam());
  const auto layout = lay_out(topology, kSlot);
  EXPECT_EQ(layout.at.size(), topology.machines.size() + topology.switches.size());
  for (auto a = layout.at.begin(); a != layout.at.end(); ++a) {
    EXPECT_GE(a->second.x, kSlot.width / 2) << a->first;
    EXPECT_LE(a->second.x, layout.width - kSlot.width / 2) << a->first;
    EXPECT_GE(a->second.y, kSlot.height / 2) << a->first;
    EXPECT_LE(a->second.y, layout.height - kSlot.height / 2) << a->first;
    for (auto b = std::next(a); b != layout.at.end(); ++b) {
      const bool apart = std::abs(a->second.x - b->second.x) >= kSlot.width - 10 ||
                         std::abs(a->second.y - b->second.y) >= kSlot.height - 40;
      EXPECT_TRUE(apart) << a->first << " and " << b->first;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, Layouts,
    testing::Values(
        "shape: {star: {hosts: 1}}", "shape: {star: {hosts: 64}}", "shape: {line: {switches: 5, hosts: 3}}",
        "shape: {ring: {switches: 6}}", "shape: {ring: {switches: 3, hosts: 7}}",
        "shape: {mesh: {switches: 5, hosts: 2}}", "shape: {tree: {depth: 3, fan-out: 3}}",
        "shape: {fat-tree: {k: 4}}", "shape: {clos: {spines: 2, leaves: 4, hosts: 5}}",
        "shape: {torus: {rows: 3, columns: 4}}", "shape: {torus: {rows: 3, columns: 3, hosts: 0}}",
        "nodes: {\"a[1-3]\": {}, \"s[1-4]\": {kind: switch, type: bridge}, r: {kind: router}}, links: "
        "[a1-s1, a2-s2, r-s1, r-s2, a3-s3, a3-s4]"));

TEST(Layouts, PutTheMiddleOfATreeAtItsTop) {
  const auto layout = lay_out(topology_of("shape: {line: {switches: 3, hosts: 1}}"), kSlot);
  EXPECT_LT(layout.at.at("s2").y, layout.at.at("s1").y);
  EXPECT_EQ(layout.at.at("s1").y, layout.at.at("s3").y);
}

TEST(Layouts, PutAFatTreeIntoLayers) {
  const auto layout = lay_out(topology_of("shape: {fat-tree: {k: 4}}"), kSlot);
  const auto y = [&](const char* name) { return layout.at.at(name).y; };
  EXPECT_LT(y("core1"), y("aggregation1"));
  EXPECT_LT(y("aggregation1"), y("edge1"));
  EXPECT_LT(y("edge1"), y("h1"));
  EXPECT_EQ(y("core1"), y("core4"));
  EXPECT_EQ(y("h1"), y("h16"));
}

}  // namespace
}  // namespace banco::report
