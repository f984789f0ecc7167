// Cells, selections and files.
#include "harness/scenario/parse.hh"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>

#include "harness/scenario/testing.hh"

namespace banco::scenario {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::ThrowsMessage;

using Cells = std::vector<measure::Cell>;

const std::string kMatrix = R"(schema: 1
name: pairs
title: Pairs
x-note: [anything, {goes: here}]
matrix:
  switch: [vde, bridge]
  vms: [2, 4]
topology:
  defaults: {image: "${image:-small}"}
  nodes:
    vm[1-${vms}]: {kind: vm, x-why: free}
    sw:
      kind: switch
      type: ${switch}
  links:
    - endpoints: ["vm*", "sw"]
sampling: {blocks: 7, seed: 42}
quick: {matrix: {vms: [2]}, blocks: 1}
)";

Cells cells_of(const std::vector<CellPlan>& plans) {
  Cells cells;
  for (const CellPlan& plan : plans) cells.push_back(plan.cell);
  return cells;
}

TEST(Scenario, ReadsItsHead) {
  const Scenario scenario = parse_scenario(kMatrix, "dir/f.yaml");
  EXPECT_EQ(scenario.name, "pairs");
  EXPECT_EQ(scenario.title, "Pairs");
  EXPECT_EQ(scenario.file, "dir/f.yaml");
  EXPECT_EQ(scenario.text, kMatrix);
  EXPECT_EQ(scenario.sampling.seed, 42U);
  EXPECT_TRUE(scenario.sampling.seed_given);
  EXPECT_EQ(scenario.sampling.block_count, 7);
  ASSERT_THAT(scenario.matrix, SizeIs(2));
  EXPECT_EQ(scenario.matrix[1].name, "vms");
  EXPECT_THAT(scenario.matrix[1].values, ElementsAre("2", "4"));
}

TEST(Scenario, DrawsItsSeedLaterWhenNoneIsGiven) {
  const Scenario scenario = parse_scenario("name: x\ntopology: {nodes: {}}\n", "f");
  EXPECT_FALSE(scenario.sampling.seed_given);
  EXPECT_EQ(scenario.sampling.block_count, 10);
  EXPECT_THAT(scenario.title, IsEmpty());
}

TEST(Expansion, VariesTheLastAxisFastest) {
  EXPECT_EQ(cells_of(expand(parse_scenario(kMatrix, "f"))), (Cells{{{"switch", "vde"}, {"vms", "2"}},
                                                                   {{"switch", "vde"}, {"vms", "4"}},
                                                                   {{"switch", "bridge"}, {"vms", "2"}},
                                                                   {{"switch", "bridge"}, {"vms", "4"}}}));
}

TEST(Expansion, FillsInTheVariablesOfEachCell) {
  const auto cells = expand(parse_scenario(kMatrix, "f"));
  EXPECT_THAT(cells[1].topology.machines, SizeIs(4));
  EXPECT_EQ(cells[1].topology.switches[0].type, "vde");
  EXPECT_EQ(cells[1].topology.machines[0].image, "small");
  EXPECT_THAT(cells[2].topology.machines, SizeIs(2));
  EXPECT_EQ(cells[2].topology.switches[0].type, "bridge");
}

TEST(Expansion, HasOneCellWithoutAMatrix) {
  EXPECT_EQ(cells_of(expand(parse_scenario("name: x\ntopology: {nodes: {}}\n", "f"))), Cells{{}});
}

TEST(Expansion, RemembersPlacesInTheFile) {
  const auto cells = expand(parse_scenario(kMatrix, "f"));
  EXPECT_EQ(cells[0].topology.machines[1].where.line, 11);
  EXPECT_EQ(cells[0].topology.switches[0].where.line, 12);
  EXPECT_EQ(cells[0].topology.links[0].where.line, 16);
  EXPECT_EQ(cells[0].topology.links[0].where.column, 7);
}

TEST(Selection, AppliesWhatQuickReplaces) {
  const Scenario scenario = parse_scenario(kMatrix, "f");
  const Selection quick{.quick = true};
  EXPECT_EQ(cells_of(expand(scenario, quick)),
            (Cells{{{"switch", "vde"}, {"vms", "2"}}, {{"switch", "bridge"}, {"vms", "2"}}}));
  EXPECT_EQ(block_count(scenario, quick), 1);
  EXPECT_EQ(block_count(scenario), 7);
  EXPECT_EQ(block_count(scenario, {.quick = true, .block_count = 3}), 3);
}

TEST(Selection, GoesBeforeQuick) {
  const auto cells =
      expand(parse_scenario(kMatrix, "f"), {.quick = true, .axes = {{"vms", {"6"}}, {"switch", {"vxvde"}}}});
  EXPECT_EQ(cells_of(cells), (Cells{{{"switch", "vxvde"}, {"vms", "6"}}}));
}

TEST(Selection, MakesAnAxisOfAVariableWithADefault) {
  const auto cells =
      expand(parse_scenario(kMatrix, "f"), {.quick = true, .axes = {{"image", {"small", "large"}}}});
  ASSERT_THAT(cells, SizeIs(4));
  EXPECT_EQ(cells[1].cell.at("image"), "large");
  EXPECT_EQ(cells[1].topology.machines[0].image, "large");
}

TEST(Selection, RefusesWhatTheFileDoesNotKnow) {
  const Scenario scenario = parse_scenario(kMatrix, "f");
  EXPECT_THAT(
      ([&] {
        expand(scenario, {.axes = {{"swich", {"vde"}}}});
      }),
      ThrowsMessage<std::invalid_argument>("--set swich: f has no such axis; did you mean \"switch\"?"));
  EXPECT_THAT(([&] {
                expand(scenario, {.axes = {{"vms", {}}}});
              }),
              ThrowsMessage<std::invalid_argument>(HasSubstr("--set vms needs a value")));
  EXPECT_THAT(([&] {
                expand(scenario, {.axes = {{"vms", {"2", "2"}}}});
              }),
              ThrowsMessage<std::invalid_argument>(HasSubstr("twice")));
  EXPECT_THAT(([&] {
                expand(scenario, {.axes = {{"switch", {"ovs"}}}});
              }),
              ThrowsMessage<ScenarioError>(HasSubstr("f:14:13: \"ovs\" is not \"vde\"")));
  EXPECT_THAT(([&] {
                expand(scenario, {.axes = {{"switch", {"\xFF"}}}});
              }),
              ThrowsMessage<ScenarioError>(HasSubstr("not UTF-8")));
  EXPECT_THROW(block_count(scenario, {.block_count = 0}), std::invalid_argument);
  EXPECT_THROW(block_count(scenario, {.block_count = 1001}), std::invalid_argument);
}

TEST(Files, OfTheProjectAreAllGood) {
  ASSERT_THAT(scenario_files(), SizeIs(testing::Ge(3U)));
  for (const auto& file : scenario_files()) {
    EXPECT_NO_THROW(expand(load_scenario(file))) << file;
    EXPECT_NO_THROW(expand(load_scenario(file), {.quick = true})) << file;
  }
}

TEST(Files, ThatCannotBeReadAreRefusedBySentence) {
  EXPECT_THAT([] { load_scenario("/nonexistent.yaml"); },
              ThrowsMessage<ScenarioError>("/nonexistent.yaml: cannot be read: No such file or directory"));
  EXPECT_THAT([] { load_scenario("/tmp"); },
              ThrowsMessage<ScenarioError>("/tmp: cannot be read: Is a directory"));
  EXPECT_THAT([] { load_scenario("/dev/zero"); },
              ThrowsMessage<ScenarioError>("/dev/zero: the file is larger than 1048576 bytes"));
}

TEST(Theses, VdeSwitchTableIsQuickEnough) {
  const Scenario scenario = load_scenario(PROJECT_SOURCE_DIR "/scenarios/theses/vde-switch-table.yaml");
  EXPECT_THAT(expand(scenario), SizeIs(12));
  const auto cells = expand(scenario, {.quick = true});
  EXPECT_EQ(cells.size() * static_cast<std::size_t>(block_count(scenario, {.quick = true})), 18U);
  std::chrono::milliseconds traffic{0};
  for (const Measure& measure : cells[0].measures) {
    if (const auto* iperf3 = std::get_if<Iperf3>(&measure.what)) traffic += iperf3->time + iperf3->omit;
    if (const auto* ping = std::get_if<Ping>(&measure.what)) {
      traffic += ping->count * ping->interval * static_cast<int>(ping->pairs.size() * ping->during.size());
    }
  }
  EXPECT_EQ(traffic.count(), 14'000);
}

}  // namespace
}  // namespace banco::scenario
