#include "harness/report/topology_svg.hh"

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
    link.address.ipv4 = fmt::format("10.0.0.{}/24", i);
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

TEST(TopologySvg, EscapesNames) {
  EXPECT_THAT(topology_svg(star(2, "<script>'\"")), Not(HasSubstr("<script>")));
}

TEST(TopologySvg, IsTooMuchForAPageWhenCrowded) {
  EXPECT_TRUE(fits_a_page(star(64)));
  EXPECT_FALSE(fits_a_page(star(65)));
  EXPECT_FALSE(fits_a_page({}));
}

TEST(TopologySvg, ShowsTrunksRoutersVlansAndWhatIsNotAsUsual) {
  auto topology = star(2);
  topology.machines.push_back({});
  topology.machines[2].name = "r";
  topology.machines[2].kind = scenario::MachineKind::kRouter;
  topology.switches.push_back({});
  topology.switches[1].name = "other";
  topology.switches[1].type = "bridge";
  topology.switches[1].stp = true;
  topology.trunks.push_back({"sw", "other", 9000, {10, 20}, {}, {}});
  topology.links[0].vlan = 30;
  topology.links[1].address.ipv6 = "fd00::2/64";
  for (const char* name : {"sw", "other"}) {
    topology.links.push_back({});
    topology.links.back().machine = "r";
    topology.links.back().switch_name = name;
    topology.links.back().address.ipv4 = "10.0.9.1/24";
  }
  const auto svg = topology_svg_file(topology);
  EXPECT_EQ(find_all(svg, "class=\"link trunk\"").size(), 1u);
  EXPECT_EQ(find_all(svg, "class=\"machine namespace router\"").size(), 1u);
  for (const char* words : {">VLAN 10, 20 · MTU 9000<", ">VLAN 30<", ">fd00::2/64<", ">bridge, stp<",
                            ">10.0.9.1/24<", "xmlns=\"http://www.w3.org/2000/svg\"", "<style>"})
    EXPECT_THAT(svg, HasSubstr(words));
  EXPECT_THAT(topology_svg(topology), Not(HasSubstr("<style>"))) << "the page has its own";
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

}  // namespace
}  // namespace banco::report
