// Shapes: how many nodes and links, who is joined to how many, and that all are joined.
#include <gmock/gmock.h>

#include <map>
#include <set>

#include "harness/scenario/segments.hh"
#include "harness/scenario/testing.hh"

namespace banco::scenario {
namespace {

using testing::ElementsAre;

Topology shape_of(const std::string& shape, const std::string& more = "") {
  return topology_of("  shape: " + shape + "\n" + more);
}

struct Expected {
  std::string shape;
  std::size_t machine_count;
  std::size_t switch_count;
  std::size_t trunk_count;
  std::multiset<std::size_t> degrees;  // of switches: trunks and machines
  bool stp;
};

void PrintTo(const Expected& expected, std::ostream* out) {
  *out << expected.shape;
}

std::multiset<std::size_t> times(std::size_t count, std::size_t degree) {
  std::multiset<std::size_t> result;
  for (std::size_t i = 0; i < count; ++i) result.insert(degree);
  return result;
}

class Shapes : public testing::TestWithParam<Expected> {};

TEST_P(Shapes, HaveTheirNodesAndLinks) {
  const Expected& expected = GetParam();
  const Topology topology = shape_of(expected.shape);
  EXPECT_EQ(topology.machines.size(), expected.machine_count);
  EXPECT_EQ(topology.links.size(), expected.machine_count);
  EXPECT_EQ(topology.switches.size(), expected.switch_count);
  EXPECT_EQ(topology.trunks.size(), expected.trunk_count);
  std::map<std::string, std::size_t> degree;
  std::set<std::set<std::string>> joined;
  for (const Link& link : topology.links) ++degree[link.switch_name];
  for (const Trunk& trunk : topology.trunks) {
    ++degree[trunk.first];
    ++degree[trunk.second];
    EXPECT_TRUE(joined.insert({trunk.first, trunk.second}).second)
        << trunk.first << " and " << trunk.second << " twice";
  }
  std::multiset<std::size_t> degrees;
  for (const auto& [name, count] : degree) degrees.insert(count);
  EXPECT_EQ(degrees, expected.degrees);
  EXPECT_EQ(segments_of(topology).size(), 1U) << "all of it is joined";
  for (const Switch& node : topology.switches) EXPECT_EQ(node.stp, expected.stp) << node.name;
}

INSTANTIATE_TEST_SUITE_P(
    All, Shapes,
    testing::Values(Expected{"{star: {hosts: 7}}", 7, 1, 0, {7}, false},
                    Expected{"{line: {switches: 4, hosts: 2}}", 8, 4, 3, {3, 3, 4, 4}, false},
                    Expected{"{ring: {switches: 5}}", 5, 5, 5, times(5, 3), true},
                    Expected{"{mesh: {switches: 5, hosts: 1}}", 5, 5, 10, times(5, 5), true},
                    Expected{"{tree: {depth: 3, fan-out: 2}}", 8, 7, 6, {2, 3, 3, 3, 3, 3, 3}, false},
                    Expected{"{tree: {depth: 1, fan-out: 3}}", 3, 1, 0, {3}, false},
                    Expected{"{fat-tree: {k: 4}}", 16, 20, 32, times(20, 4), true},
                    Expected{"{fat-tree: {k: 2}}", 2, 5, 4, times(5, 2), false},
                    Expected{"{clos: {spines: 2, leaves: 3, hosts: 4}}", 12, 5, 6, {3, 3, 6, 6, 6}, true},
                    Expected{"{clos: {spines: 1, leaves: 3}}", 3, 4, 3, {2, 2, 2, 3}, false},
                    Expected{"{torus: {rows: 3, columns: 4}}", 12, 12, 24, times(12, 5), true}));

TEST(Shape, NamesItsNodes) {
  const Topology topology = shape_of("{fat-tree: {k: 2}}");
  std::vector<std::string> names;
  for (const Switch& node : topology.switches) names.push_back(node.name);
  EXPECT_THAT(names, ElementsAre("core1", "aggregation1", "aggregation2", "edge1", "edge2"));
  EXPECT_EQ(topology.machines[1].name, "h2");
  EXPECT_EQ(shape_of("{torus: {rows: 3, columns: 3, hosts: 1}}").switches[5].name, "s2x3");
}

TEST(Shape, SaysWhatItsPartsAre) {
  const Topology topology = shape_of("{star: {hosts: 2, host: vm, switch: shm, offload: off, mtu: 9000}}",
                                     "  defaults: {memory: 1G, kind: namespace}\n");
  EXPECT_EQ(topology.machines[0].kind, MachineKind::kVm);
  EXPECT_EQ(topology.machines[0].memory_bytes, std::uint64_t{1} << 30);
  EXPECT_EQ(topology.switches[0].type, "shm");
  EXPECT_FALSE(topology.switches[0].offload);
  EXPECT_EQ(topology.links[0].mtu_bytes, 9000);
  EXPECT_EQ(shape_of("{line: {switches: 2, mtu: 1400}}").trunks[0].mtu_bytes, 1400);
  const Topology containers = shape_of("{star: {hosts: 2, host: container}}", "  defaults: {image: other}\n");
  EXPECT_EQ(containers.machines[0].kind, MachineKind::kContainer);
  EXPECT_EQ(containers.machines[0].image, "other");
}

TEST(Shape, GrowsByWhatTheFileAdds) {
  const Topology topology =
      shape_of("{line: {switches: 2}}",
               "  nodes: {r: {kind: router}, far: {kind: namespace}, other: {kind: switch, type: vde}}\n"
               "  links: [r-s2, r-other, far-other]\n");
  EXPECT_EQ(topology.machines.size(), 4U);
  EXPECT_EQ(topology.machines[0].routes.at(0).gateway, "10.0.0.3");
}

TEST(Shape, TakesVariables) {
  const auto cells = expand(parse_scenario(
      "name: x\nmatrix: {k: [2, 4]}\ntopology: {shape: {fat-tree: {k: \"${k}\"}}}\n", "f.yaml"));
  EXPECT_EQ(cells[0].topology.machines.size(), 2U);
  EXPECT_EQ(cells[1].topology.machines.size(), 16U);
}

}  // namespace
}  // namespace banco::scenario
