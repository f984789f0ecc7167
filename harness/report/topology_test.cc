#include "harness/report/topology.hh"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace banco::report {
namespace {

using testing::HasSubstr;
using testing::Not;

scenario::Topology star(int machine_count, const std::string& prefix = "vm") {
  scenario::Topology topology;
  scenario::Switch node;
  node.name = "sw";
  node.type = "vde";
  topology.switches.push_back(node);
  for (int i = 1; i <= machine_count; ++i) {
    scenario::Machine machine;
    machine.name = fmt::format("{}{}", prefix, i);
    topology.machines.push_back(machine);
    scenario::Link link;
    link.machine = machine.name;
    link.interface = "eth0";
    link.switch_name = "sw";
    link.address = fmt::format("10.0.0.{}/24", i);
    topology.links.push_back(link);
  }
  return topology;
}

// Where each `word` begins in `text`.
std::vector<std::size_t> find_all(const std::string& text, const std::string& word) {
  std::vector<std::size_t> places;
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) places.push_back(at);
  return places;
}

TEST(TopologySvg, DrawsEachMachineSwitchAndLink) {
  const auto svg = topology_svg(star(8));
  EXPECT_EQ(find_all(svg, "class=\"machine\"").size(), 8u);
  EXPECT_EQ(find_all(svg, "class=\"switch\"").size(), 1u);
  EXPECT_EQ(find_all(svg, "class=\"link\"").size(), 8u);
  EXPECT_THAT(svg, HasSubstr("8 virtual machines and 1 switch"));
}

TEST(TopologySvg, PutsNoBoxUponAnother) {
  for (const int machine_count : {1, 2, 3, 5, 8, 13, 64}) {
    const auto svg = topology_svg(star(machine_count));
    std::vector<std::array<int, 4>> boxes;
    for (const auto at : find_all(svg, "<rect")) {
      std::array<int, 4> box{};
      ASSERT_EQ(std::sscanf(svg.c_str() + at, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"", &box[0],
                            &box[1], &box[2], &box[3]),
                4);
      boxes.push_back(box);
    }
    ASSERT_EQ(boxes.size(), static_cast<std::size_t>(machine_count) + 1);
    for (std::size_t a = 0; a < boxes.size(); ++a) {
      EXPECT_GE(boxes[a][0], 0);
      for (std::size_t b = a + 1; b < boxes.size(); ++b) {
        const bool apart = std::abs(boxes[a][0] - boxes[b][0]) >= boxes[a][2] ||
                           std::abs(boxes[a][1] - boxes[b][1]) >= boxes[a][3];
        EXPECT_TRUE(apart) << machine_count << " machines, boxes " << a << " and " << b;
      }
    }
  }
}

TEST(TopologySvg, EscapesNamesAndRefusesCrowds) {
  EXPECT_THAT(topology_svg(star(2, "<script>'\"")), Not(HasSubstr("<script>")));
  EXPECT_EQ(topology_svg(star(65)), "");
  EXPECT_EQ(topology_svg({}), "");
}

TEST(TopologySvg, CutsNamesThatAreWiderThanTheirBox) {
  const auto svg = topology_svg(star(1, std::string(300, 'x')));
  EXPECT_THAT(svg, HasSubstr(">" + std::string(12, 'x') + "…</text>"));
  EXPECT_THAT(svg, HasSubstr("<title>" + std::string(300, 'x') + "1: virtual machine"))
      << "the whole name is in the title";
}

TEST(TopologySvg, SurvivesLinksToNowhere) {
  auto topology = star(2);
  topology.links[0].switch_name = "gone";
  topology.links[1].machine = "nobody";
  EXPECT_NE(topology_svg(topology), "");
  topology.switches.clear();
  EXPECT_NE(topology_svg(topology), "");
}

TEST(MeasureWords, SayWhoTalksToWhomAndHow) {
  scenario::Iperf3 traffic;
  traffic.pairs = {{"vm1", "vm2"}, {"vm3", "vm4"}};
  traffic.udp = true;
  traffic.direction = scenario::Direction::kBoth;
  traffic.rate.of = "tcp";
  traffic.rate.share_ratio = 0.5;
  EXPECT_EQ(measure_words({"udp", traffic, {}}),
            "udp: iperf3 over UDP, vm1 ↔ vm2, vm3 ↔ vm4 at the same time, 10 s after 1 s that do not count, "
            "all flows together at 50 % of what tcp carried");
  scenario::Ping ping;
  ping.pairs = {{"vm1", "vm2"}};
  ping.during = {"idle", "tcp"};
  EXPECT_EQ(measure_words({"rtt", ping, {}}),
            "rtt: ping, vm1 → vm2, 20 echoes of 56 B every 50 ms, during: idle, tcp");
}

}  // namespace
}  // namespace banco::report
