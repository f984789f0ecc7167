#include "harness/report/sentences.hh"

#include <gmock/gmock.h>

#include "harness/report/test_runs.hh"

namespace banco::report {
namespace {

using measure::Outcome;
using test::cell;
using test::RunBuilder;
using testing::HasSubstr;

TEST(ComparisonSentence, ComparesWithinBlocksAtTheGreatestSize) {
  EXPECT_EQ(comparison_sentence(compute(test::two_switches())),
            "With vms = 8, bridge has the highest tcp throughput: 621 Mbit/s, 3.00 × vde (95 % interval 3.00 "
            "to 3.00, "
            "6 blocks).");
}

TEST(ComparisonSentence, ClaimsNoIntervalBelowSixBlocks) {
  EXPECT_THAT(comparison_sentence(compute(test::two_switches(5))),
              HasSubstr("3.00 × vde (only 5 blocks: no interval)"));
}

TEST(ComparisonSentence, DoesNotRankArmsWhoseRatioMayBeOne) {
  RunBuilder builder;
  for (int block = 1; block <= 6; ++block) {
    builder.throughput(block, cell("vde", "2"), block % 2 == 0 ? 105e6 : 100e6)
        .ended(block, cell("vde", "2"));
    builder.throughput(block, cell("bridge", "2"), block % 2 == 0 ? 100e6 : 104e6)
        .ended(block, cell("bridge", "2"));
  }
  EXPECT_THAT(comparison_sentence(compute(builder.run)), HasSubstr("not to be told from"));
}

TEST(ComparisonSentence, RefusesToPairDifferentKeys) {
  RunBuilder builder;
  for (int block = 1; block <= 6; ++block) {
    builder.throughput(block, cell("vde", "2"), 100e6).ended(block, cell("vde", "2"));
    builder.value(block, cell("bridge", "2"), "tcp.throughput.sum", 300e6, "bit/s", {{"accel", "tcg"}});
    builder.ended(block, cell("bridge", "2"));
  }
  EXPECT_THAT(comparison_sentence(compute(builder.run)), HasSubstr("not comparable with vde"));
}

TEST(ComparisonSentence, CallsTheLowestRoundTripTheBest) {
  RunBuilder builder(1);
  builder.value(1, cell("vde", "2"), "rtt.idle.p50", 400e-6, "s").ended(1, cell("vde", "2"));
  builder.value(1, cell("bridge", "2"), "rtt.idle.p50", 200e-6, "s").ended(1, cell("bridge", "2"));
  EXPECT_THAT(comparison_sentence(compute(builder.run)),
              HasSubstr("bridge has the lowest rtt idle p50: 200 µs"));
}

TEST(ComparisonSentence, LeavesOutWhatWasCaptured) {
  auto run = test::two_switches();
  for (const auto& sample : test::two_switches().samples) {
    run.samples.push_back(sample);
    run.samples.back().cell["switch"] = "fastest";
    run.samples.back().value *= 100;
  }
  for (const auto& result : test::two_switches().cells) {
    run.cells.push_back(result);
    run.cells.back().cell["switch"] = "fastest";
  }
  EXPECT_THAT(comparison_sentence(compute(run)), HasSubstr("fastest has the highest"));
  EXPECT_EQ(comparison_sentence(compute(test::with_captures(run, "fastest"))),
            comparison_sentence(compute(test::two_switches())));
  EXPECT_EQ(comparison_sentence(compute(test::with_captures(test::two_switches(), "vde"))), "");
}

TEST(TaintSentence, CountsCellsThatWereCaptured) {
  EXPECT_EQ(taint_sentence(compute(test::two_switches())), "");
  EXPECT_THAT(taint_sentence(compute(test::with_captures(test::two_switches(), "vde"))),
              HasSubstr("Frames were captured in 2 cells, "));
}

TEST(LimitsSentence, SaysWhatWasNotEnforced) {
  auto run = test::two_switches();
  EXPECT_EQ(limits_sentence(compute(run)), "");
  run.header.environment[measure::kUnenforcedLimits] = "limits of CPU are not enforced here: no cgroups";
  EXPECT_EQ(limits_sentence(compute(run)), "Beware: limits of CPU are not enforced here: no cgroups.");
}

TEST(ComparisonSentence, IsEmptyWhenThereIsNothingToCompare) {
  EXPECT_EQ(comparison_sentence(compute(measure::Run{})), "");
  EXPECT_EQ(comparison_sentence(
                compute(RunBuilder().throughput(1, cell("vde", "2"), 1).ended(1, cell("vde", "2")).run)),
            "");
}

TEST(OutcomeSentence, CountsWhatDidNotSucceed) {
  EXPECT_EQ(outcome_sentence(compute(test::two_switches())),
            "All 24 measurements (4 cells in 6 blocks) succeeded.");
  const auto one = RunBuilder(1, {cell("vde", "2")}).ended(1, cell("vde", "2")).finished().run;
  EXPECT_EQ(outcome_sentence(compute(one)), "The only measurement (1 cell in 1 block) succeeded.");
  RunBuilder builder(3, {cell("vde", "2")});
  builder.ended(1, cell("vde", "2")).ended(2, cell("vde", "2"), Outcome::kFailed, "lost");
  EXPECT_EQ(outcome_sentence(compute(builder.run)),
            "1 of 3 measurements (1 cell in 3 blocks) succeeded, 1 failed, 1 not made. The journal has no "
            "end: the run "
            "was killed or is still going on.");
}

TEST(OutcomeSentence, SaysWhyTheRunEndedEarly) {
  RunBuilder builder(2, {cell("vde", "2")});
  builder.ended(1, cell("vde", "2")).finished();
  builder.run.end->reason = "interrupted by the user";
  EXPECT_THAT(outcome_sentence(compute(builder.run)), HasSubstr("ended early: interrupted by the user"));
  builder.ended(2, cell("vde", "2"), Outcome::kFailed, "lost");
  builder.run.end->reason = "1 of 1 cells failed";
  EXPECT_EQ(outcome_sentence(compute(builder.run)),
            "1 of 2 measurements (1 cell in 2 blocks) succeeded, 1 failed.");
  EXPECT_EQ(outcome_sentence(compute(measure::Run{})), "The run has no cells: nothing was measured.");
}

TEST(VerdictSentence, CountsVerdicts) {
  EXPECT_EQ(verdict_sentence({test::one_thesis()}), "Of 2 published claims, 1 holds and 1 does not hold.");
  EXPECT_EQ(verdict_sentence({test::one_thesis(), test::one_thesis()}),
            "Of 4 published claims, 2 hold and 2 do not hold.");
  EXPECT_EQ(verdict_sentence({}), "");
}

}  // namespace
}  // namespace banco::report
