#include "harness/report/results.hh"

#include <gmock/gmock.h>

#include "harness/report/test_runs.hh"

namespace banco::report {
namespace {

using measure::Outcome;
using test::cell;
using test::RunBuilder;
using testing::ElementsAre;

constexpr auto kThroughput = "tcp.throughput.sum";

TEST(Results, SumsUpEachMetricOfEachCellOverBlocks) {
  const auto results = compute(test::two_switches());
  ASSERT_EQ(results.cells.size(), 4u);
  EXPECT_EQ(results.cells[1].cell, cell("vde", "8"));
  const auto& summary = results.cells[1].metrics.at(kThroughput);
  EXPECT_EQ(summary.count, 6u);
  EXPECT_NEAR(summary.median, 200e6 * 1.035, 1);
  EXPECT_TRUE(summary.median_interval);
  EXPECT_EQ(results.total, (OutcomeCounts{24, 0, 0, 0, 0}));
}

TEST(Results, OrdersAxesFromTheSlowestAndNumericValuesAsNumbers) {
  RunBuilder builder(1, {cell("vde", "16"), cell("vde", "2"), cell("bridge", "16"), cell("bridge", "2")});
  const auto results = compute(builder.run);
  ASSERT_EQ(results.axes.size(), 2u);
  EXPECT_EQ(results.axes[0].name, "switch");
  EXPECT_THAT(results.axes[0].values, ElementsAre("vde", "bridge"));
  EXPECT_THAT(results.axes[1].values, ElementsAre("2", "16"));
  EXPECT_EQ(results.along, "vms");
  EXPECT_THAT(arm_names(results), ElementsAre("vde", "bridge"));
}

TEST(Results, RunsAlongNoAxisOfOneValue) {
  const auto results = compute(RunBuilder(1, {cell("vde", "2"), cell("bridge", "2")}).run);
  EXPECT_EQ(results.along, "");
  EXPECT_THAT(arm_names(results), ElementsAre("vde", "bridge"));
}

TEST(Results, CountsOnlyWhatBelongsToACellThatEndedWell) {
  RunBuilder builder(3);
  builder.throughput(1, cell("vde", "2"), 1).ended(1, cell("vde", "2"));
  builder.throughput(2, cell("vde", "2"), 100).ended(2, cell("vde", "2"), Outcome::kFailed, "lost");
  builder.throughput(3, cell("vde", "2"), 1000);  // killed before the cell ended
  const auto results = compute(builder.run);
  EXPECT_THAT(results.counts, ElementsAre(true, false, false));
  EXPECT_EQ(results.cells[0].metrics.at(kThroughput).max, 1);
  EXPECT_EQ(results.cells[0].outcomes, (OutcomeCounts{1, 1, 0, 0, 1}));
}

TEST(Results, TakesTheLaterSampleOfACellThatWasRunAgain) {
  RunBuilder builder(1);
  builder.throughput(1, cell("vde", "2"), 5).ended(1, cell("vde", "2"), Outcome::kInterrupted, "ctrl-c");
  builder.throughput(1, cell("vde", "2"), 7).ended(1, cell("vde", "2"));
  const auto results = compute(builder.run);
  EXPECT_THAT(results.counts, ElementsAre(false, true));
  EXPECT_EQ(results.cells[0].metrics.at(kThroughput).median, 7);
  EXPECT_EQ(results.total, (OutcomeCounts{1, 0, 0, 0, 0}));
}

TEST(Results, LeavesOutSamplesInAnotherUnitThanTheFirst) {
  RunBuilder builder(2);
  builder.throughput(1, cell("vde", "2"), 5).ended(1, cell("vde", "2"));
  builder.value(2, cell("vde", "2"), kThroughput, 5e-6, "Mbit/s").ended(2, cell("vde", "2"));
  EXPECT_THAT(compute(builder.run).counts, ElementsAre(true, false));
}

TEST(Results, ExistForAnEmptyRun) {
  const auto results = compute(measure::Run{});
  EXPECT_TRUE(results.cells.empty());
  EXPECT_EQ(results.along, "");
  EXPECT_EQ(results.total, OutcomeCounts{});
}

TEST(ParseNumber, TakesWholeFiniteNumbersOnly) {
  EXPECT_EQ(parse_number("1500"), 1500);
  EXPECT_EQ(parse_number("0.5"), 0.5);
  for (const auto* text : {"", "2x", "x2", "nan", "inf", " 2", "1e999"})
    EXPECT_EQ(parse_number(text), std::nullopt) << text;
}

TEST(Results, ShowsTaintedValuesAndPairsNone) {
  const auto results = compute(test::with_captures(test::two_switches(), "vde"));
  EXPECT_THAT(arm_names(results), ElementsAre("vde (captured)", "bridge"));
  EXPECT_EQ(results.cells.at(0).metrics.at("tcp.throughput.sum").count, 6u);
  EXPECT_TRUE(results.cells.at(0).tainted);
  EXPECT_TRUE(samples_by_block(results, results.cells.at(0).cell, "tcp.throughput.sum").empty());
}

}  // namespace
}  // namespace banco::report
