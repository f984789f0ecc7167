// The ledger that ships: complete, agreeing with its scenarios, and true of the theses' own figures.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "harness/ledger/judge.hh"
#include "harness/ledger/synthetic_run.hh"

namespace banco::ledger {
namespace {

const std::filesystem::path kScenarios = std::filesystem::path(PROJECT_SOURCE_DIR) / "scenarios";

const std::vector<Row>& rows() {
  static const auto rows = load_ledger(kScenarios / "theses/ledger.yaml");
  return rows;
}

const Row& row_named(const std::string& id) {
  const auto found = std::ranges::find(rows(), id, &Row::id);
  if (found == rows().end()) throw std::invalid_argument("no row " + id);
  return *found;
}

TEST(Theses, EveryFigureAndClaimOfTheSeedsHasItsRow) {
  const std::map<std::string, std::vector<std::string>> expected{
      {"000",
       {"vde-switch-table", "gvde-table", "gvde-claims", "pcapplug-tcp-mmap", "pcapplug-tcp-pcap",
        "pcapplug-udp-mmap", "pcapplug-udp-pcap", "inbound-collapse", "sandnet-claims", "netmap-future"}},
      {"001", {"rsc-download", "rsc-buffer", "rsc-ls", "rsc-cures", "rsc-uses", "scvm-costs"}},
      {"002",
       {"tcplatency-vs-ping", "tcplatency-cpu", "netpagefault-vs-top", "netpagefault-vs-sysdig",
        "ebpf-future", "cdsnoop"}},
      {"003", {"vdc-nc", "vdc-rtt", "vxvde-68", "vdc-examples", "vdc-state-of-the-art", "vdc-plugin"}},
      {"004",
       {"qemu-user-hostfwd", "qemu-socket-pair", "qemu-tap-bridge", "qemu-two-nics", "openvz-limits",
        "foreign-architecture", "vzmigrate", "modes-not-equal", "approaches", "cow-images", "live-migration",
        "availability"}}};
  std::map<std::string, std::vector<std::string>> found;
  for (const auto& row : rows()) found[row.seed].push_back(row.id);
  EXPECT_EQ(found, expected);
}

TEST(Theses, TheSwitchTableIsThatOfTheSeed) {
  std::map<std::string, std::vector<double>> table;
  for (const auto& figure : row_named("vde-switch-table").figures)
    table[figure.metric].push_back(figure.value);
  const std::map<std::string, std::vector<double>> expected{
      {"tcp.throughput.sum", {390e6, 540e6, 550e6, 555e6}},
      {"udp.loss.mean", {0.0045, 0.0037, 0.0035, 0.0020}},
      {"tcp.cpu.hypervisor.max", {1.00, 0.90, 0.88, 0.76}},
      {"tcp.cpu.switch", {0.24, 0.25, 0.26, 0.26}}};
  EXPECT_EQ(table, expected);
}

// Axis → values, over all figures and claims of a row.
std::map<std::string, std::set<std::string>> axes_of(const Row& row) {
  std::map<std::string, std::set<std::string>> axes;
  const auto add = [&](const measure::Cell& cell) {
    for (const auto& [axis, value] : cell) axes[axis].insert(value);
  };
  for (const auto& figure : row.figures) add(figure.cell);
  for (const auto& claim : row.claims) {
    add(claim.where);
    if (!claim.subject.empty()) add({{claim.axis, claim.subject}});
    if (!claim.versus.empty()) add({{claim.axis, claim.versus}});
    if (!claim.axis.empty()) axes[claim.axis];
  }
  return axes;
}

TEST(Theses, AScenarioHasEveryCellThatItsRowNames) {
  for (const auto& row : rows()) {
    if (row.scenario.empty()) continue;
    SCOPED_TRACE(row.id + ": " + row.scenario);
    ASSERT_TRUE(std::filesystem::exists(kScenarios / row.scenario));
    const auto matrix = YAML::LoadFile(kScenarios / row.scenario)["matrix"];
    for (const auto& [axis, values] : axes_of(row)) {
      ASSERT_TRUE(matrix[axis]) << "the matrix has no axis " << axis;
      std::set<std::string> planned;
      for (const auto& value : matrix[axis]) planned.insert(value.as<std::string>());
      for (const auto& value : values) EXPECT_TRUE(planned.contains(value)) << axis << " " << value;
    }
  }
}

// The rows whose tables `row` reads side by side.
std::vector<std::string> sources_of(const Row& row) {
  if (row.id == "gvde-claims") return {"vde-switch-table", "gvde-table", "gvde-claims"};
  return {row.id};
}

// A run in which banco measured exactly what the thesis did, within 1 %.
measure::Run run_of_the_thesis(const Row& row) {
  SyntheticRun synthetic(10);
  for (const auto& source : sources_of(row))
    for (const auto& figure : row_named(source).figures)
      synthetic.add(figure.cell, figure.metric, figure.value, figure.unit);
  return synthetic.run();
}

// Rows that are not named below have claims whose figures the thesis does not print.
TEST(Theses, TheirOwnFiguresNeverContradictTheirClaimsAndProveThoseThatHaveFigures) {
  std::map<std::string, int> proven;
  for (const auto& row : rows()) {
    const Measurements measurements(run_of_the_thesis(row));
    for (const auto& claim : row.claims) {
      const auto verdict = judge_claim(claim, measurements);
      EXPECT_NE(verdict.verdict, Verdict::kDoesNotHold)
          << row.id << ": " << claim.text << " " << verdict.evidence;
      if (verdict.verdict == Verdict::kHolds) ++proven[row.id];
    }
  }
  EXPECT_EQ(proven["vde-switch-table"], 9);
  EXPECT_EQ(proven["gvde-table"], 3);
  EXPECT_EQ(proven["gvde-claims"], 5);
  EXPECT_EQ(proven["pcapplug-tcp-mmap"], 3);
  EXPECT_EQ(proven["pcapplug-tcp-pcap"], 2);
  EXPECT_EQ(proven["pcapplug-udp-mmap"], 2);
  EXPECT_EQ(proven["pcapplug-udp-pcap"], 2);
  EXPECT_EQ(proven["rsc-download"], 4);
  EXPECT_EQ(proven["rsc-buffer"], 2);
  EXPECT_EQ(proven["rsc-ls"], 3);
  EXPECT_EQ(proven["tcplatency-vs-ping"], 4);
  EXPECT_EQ(proven["netpagefault-vs-top"], 2);
  EXPECT_EQ(proven["vdc-nc"], 3);
  EXPECT_EQ(proven["vdc-rtt"], 2);
  EXPECT_EQ(proven["scvm-costs"], 1);
  EXPECT_EQ(proven["rsc-uses"], 1);
  EXPECT_EQ(proven["live-migration"], 1);
}

// A run of the whole matrix of `row`'s scenario, or of its quick part, in which every arm of every axis did
// what the thesis says of one.
measure::Run run_of_the_scenario(const Row& row, bool quick) {
  const auto scenario = YAML::LoadFile(kScenarios / row.scenario);
  std::vector<measure::Cell> cells{{}};
  for (const auto& axis : scenario["matrix"]) {
    const auto name = axis.first.as<std::string>();
    const auto reduced = scenario["quick"]["matrix"][name];
    std::vector<measure::Cell> more;
    for (const auto& cell : cells)
      for (const auto& value : quick&& reduced ? reduced : axis.second) {
        more.push_back(cell);
        more.back()[name] = value.as<std::string>();
      }
    cells = more;
  }
  SyntheticRun synthetic(scenario["quick"]["blocks"].as<int>());
  for (const auto& cell : cells)
    for (const auto& figure : row.figures)
      if (figure.cell.at("vms") == cell.at("vms"))
        synthetic.add(cell, figure.metric, figure.value, figure.unit);
  return synthetic.run();
}

TEST(Theses, AFullRunOfTheSwitchTableDecidesEveryClaim) {
  const auto& row = row_named("vde-switch-table");
  for (const auto& verdict : judge(row, run_of_the_scenario(row, false)))
    EXPECT_EQ(verdict.verdict, Verdict::kHolds) << verdict.claim.text << " " << verdict.evidence;
}

TEST(Theses, AQuickRunOfTheSwitchTableDecidesWhatTwoGuestsCanDecide) {
  const auto& row = row_named("vde-switch-table");
  int holding_count = 0;
  for (const auto& verdict : judge(row, run_of_the_scenario(row, true))) {
    if (verdict.claim.where.contains("vms")) {
      EXPECT_EQ(verdict.verdict, Verdict::kHolds) << verdict.claim.text << " " << verdict.evidence;
      ++holding_count;
    } else {
      EXPECT_EQ(verdict.verdict, Verdict::kNotEnoughEvidence) << verdict.claim.text;
      EXPECT_THAT(verdict.evidence, testing::AllOf(testing::HasSubstr("only measured with vms 2"),
                                                   testing::HasSubstr("run --full")));
    }
  }
  EXPECT_EQ(holding_count, 3);
}

TEST(Theses, EverySentenceEndsAsOne) {
  for (const auto& row : rows()) {
    for (const auto& claim : row.claims) EXPECT_EQ(claim.text.back(), '.') << row.id << ": " << claim.text;
    EXPECT_EQ(row.obstacle.value_or(".").back(), '.') << row.id;
  }
}

}  // namespace
}  // namespace banco::ledger
