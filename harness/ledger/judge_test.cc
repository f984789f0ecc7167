#include "harness/ledger/judge.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "harness/ledger/synthetic_run.hh"

namespace banco::ledger {
namespace {

using testing::HasSubstr;

const measure::Cell kTwo{{"vms", "2"}};
const measure::Cell kFour{{"vms", "4"}};
const measure::Cell kSix{{"vms", "6"}};
const measure::Cell kEight{{"vms", "8"}};

Claim claim_of(ClaimKind kind, double bound = 0, double tolerance_ratio = 0) {
  Claim claim;
  claim.kind = kind;
  claim.metric = "tcp.throughput.sum";
  claim.axis = "vms";
  claim.subject = "4";
  claim.versus = "2";
  claim.bound = bound;
  claim.tolerance_ratio = tolerance_ratio;
  return claim;
}

ClaimVerdict judge_run(const Claim& claim, const measure::Run& run) {
  return judge_claim(claim, Measurements(run));
}

// The verdict alone, and never a word that is no number.
Verdict verdict_of(const Claim& claim, const measure::Run& run) {
  const auto verdict = judge_run(claim, run);
  EXPECT_THAT(verdict.evidence,
              testing::Not(testing::AnyOf(HasSubstr("nan"), HasSubstr("inf"), testing::IsEmpty())));
  return verdict.verdict;
}

measure::Run two_and_four(double two, double four, int block_count = 6) {
  return SyntheticRun(block_count)
      .add(kTwo, "tcp.throughput.sum", two)
      .add(kFour, "tcp.throughput.sum", four)
      .run();
}

measure::Run growth(double two, double four, double six, double eight) {
  return SyntheticRun(6)
      .add(kTwo, "tcp.throughput.sum", two)
      .add(kFour, "tcp.throughput.sum", four)
      .add(kSix, "tcp.throughput.sum", six)
      .add(kEight, "tcp.throughput.sum", eight)
      .run();
}

TEST(JudgeOrder, FollowsTheInterval) {
  const auto claim = claim_of(ClaimKind::kOrder);
  EXPECT_EQ(verdict_of(claim, two_and_four(390e6, 540e6)), Verdict::kHolds);
  EXPECT_EQ(verdict_of(claim, two_and_four(540e6, 390e6)), Verdict::kDoesNotHold);
  EXPECT_EQ(verdict_of(claim, two_and_four(540e6, 540e6)), Verdict::kNotEnoughEvidence);
}

TEST(JudgeOrder, SaysWhatWasSeen) {
  const auto verdict = judge_run(claim_of(ClaimKind::kOrder), two_and_four(390e6, 540e6));
  EXPECT_THAT(verdict.evidence,
              testing::MatchesRegex("vms 2: 39. Mbit/s → vms 4: 54. Mbit/s, ratio 1.3[0-9]* "
                                    "\\(1.3[0-9]*–1.[34][0-9]*\\), 6 blocks"));
}

TEST(JudgeOrder, TakesNothingThatWasCaptured) {
  auto run = two_and_four(390e6, 540e6);
  for (auto& sample : run.samples) sample.tainted = sample.cell == kFour;
  const auto verdict = judge_run(claim_of(ClaimKind::kOrder), run);
  EXPECT_EQ(verdict.verdict, Verdict::kNotEnoughEvidence);
  EXPECT_THAT(verdict.evidence, HasSubstr("was measured while frames were captured"));
}

TEST(JudgeOrder, NeedsSixBlocks) {
  const auto claim = claim_of(ClaimKind::kOrder);
  EXPECT_EQ(verdict_of(claim, two_and_four(1, 1000, 5)), Verdict::kNotEnoughEvidence);
  EXPECT_EQ(verdict_of(claim, two_and_four(1, 1000, 1)), Verdict::kNotEnoughEvidence);
  EXPECT_EQ(judge_run(claim, two_and_four(1, 1000, 1)).evidence, "1 block; a 95 % interval needs 6");
}

TEST(JudgeOrder, DoesNotTakeEqualForMore) {
  const std::vector<double> same(6, 540e6);
  auto run = SyntheticRun(6);
  run.add_values(kTwo, "tcp.throughput.sum", same).add_values(kFour, "tcp.throughput.sum", same);
  EXPECT_EQ(verdict_of(claim_of(ClaimKind::kOrder), run.run()), Verdict::kNotEnoughEvidence);
}

TEST(JudgeOrder, ComparesTwoMetricsOfOneCell) {
  Claim claim;
  claim.kind = ClaimKind::kOrder;
  claim.metric = "tcp.cpu.hypervisor.max";
  claim.versus_metric = "tcp.cpu.switch";
  claim.where = kTwo;
  auto run = SyntheticRun(6);
  run.add(kTwo, "tcp.cpu.hypervisor.max", 1.0, "cpu").add(kTwo, "tcp.cpu.switch", 0.24, "cpu");
  EXPECT_EQ(verdict_of(claim, run.run()), Verdict::kHolds);
  EXPECT_THAT(judge_run(claim, run.run()).evidence,
              HasSubstr("tcp.cpu.switch: 24 % → tcp.cpu.hypervisor.max:"));
  std::swap(claim.metric, claim.versus_metric);
  EXPECT_EQ(verdict_of(claim, run.run()), Verdict::kDoesNotHold);
}

TEST(JudgeOrder, UsesDifferencesWhenABlockHasAZero) {
  auto claim = claim_of(ClaimKind::kOrder);
  claim.metric = "udp.loss.mean";
  const auto run_of = [](const std::vector<double>& two, const std::vector<double>& four) {
    return SyntheticRun(6)
        .add_values(kTwo, "udp.loss.mean", two, "ratio")
        .add_values(kFour, "udp.loss.mean", four, "ratio")
        .run();
  };
  const std::vector<double> none(6, 0);
  const std::vector<double> some{0.01, 0.02, 0.01, 0.03, 0.01, 0.02};
  EXPECT_EQ(verdict_of(claim, run_of(none, some)), Verdict::kHolds);
  EXPECT_EQ(verdict_of(claim, run_of(some, none)), Verdict::kDoesNotHold);
  EXPECT_EQ(verdict_of(claim, run_of(none, none)), Verdict::kNotEnoughEvidence);
  EXPECT_EQ(verdict_of(claim, run_of({0, 0, 0, 0, 0, 0.02}, {0.01, 0.01, 0.01, 0.01, 0.01, 0.01})),
            Verdict::kNotEnoughEvidence);
  EXPECT_THAT(judge_run(claim, run_of(none, some)).evidence, HasSubstr("no ratio, since a block has a 0"));
}

TEST(JudgeRatio, AsksForAtLeastTheBound) {
  const auto claim = claim_of(ClaimKind::kRatio, 1.3);
  EXPECT_EQ(verdict_of(claim, two_and_four(100, 200)), Verdict::kHolds);
  EXPECT_EQ(verdict_of(claim, two_and_four(100, 120)), Verdict::kDoesNotHold);
  EXPECT_EQ(verdict_of(claim, two_and_four(100, 130)), Verdict::kNotEnoughEvidence);
}

TEST(JudgeRatio, WithAToleranceAsksForAboutTheBound) {
  const auto claim = claim_of(ClaimKind::kRatio, 1.38, 0.1);
  EXPECT_EQ(verdict_of(claim, two_and_four(100, 138)), Verdict::kHolds);
  EXPECT_EQ(verdict_of(claim, two_and_four(100, 200)), Verdict::kDoesNotHold);
  EXPECT_EQ(verdict_of(claim, two_and_four(100, 110)), Verdict::kDoesNotHold);
  EXPECT_EQ(verdict_of(claim, two_and_four(100, 151.8)), Verdict::kNotEnoughEvidence);
}

TEST(JudgeRatio, DecidesNothingWhenOneSideIsZero) {
  auto run = SyntheticRun(6);
  run.add_values(kTwo, "tcp.throughput.sum", {0, 1, 1, 1, 1, 1});
  run.add_values(kFour, "tcp.throughput.sum", {2, 2, 2, 2, 2, 2});
  EXPECT_EQ(verdict_of(claim_of(ClaimKind::kRatio, 1.3), run.run()), Verdict::kNotEnoughEvidence);
  EXPECT_THAT(judge_run(claim_of(ClaimKind::kRatio, 1.3), run.run()).evidence,
              HasSubstr("one side is 0 or less in 1 of 6 blocks"));
}

TEST(JudgeAgree, AllowsTheToleranceBothWays) {
  const auto claim = claim_of(ClaimKind::kAgree, 0, 0.1);
  EXPECT_EQ(verdict_of(claim, two_and_four(100, 103)), Verdict::kHolds);
  EXPECT_EQ(verdict_of(claim, two_and_four(103, 100)), Verdict::kHolds);
  EXPECT_EQ(verdict_of(claim, two_and_four(100, 120)), Verdict::kDoesNotHold);
  EXPECT_EQ(verdict_of(claim, two_and_four(120, 100)), Verdict::kDoesNotHold);
  EXPECT_EQ(verdict_of(claim, two_and_four(100, 110)), Verdict::kNotEnoughEvidence);
}

TEST(JudgeAgree, TakesTwoZerosForEqual) {
  auto run = SyntheticRun(6);
  run.add_values(kTwo, "tcp.throughput.sum", std::vector<double>(6, 0));
  run.add_values(kFour, "tcp.throughput.sum", std::vector<double>(6, 0));
  EXPECT_EQ(verdict_of(claim_of(ClaimKind::kAgree, 0, 0.1), run.run()), Verdict::kHolds);
}

TEST(JudgeAtMost, ComparesTheMedianWithTheLimit) {
  Claim claim;
  claim.kind = ClaimKind::kAtMost;
  claim.metric = "udp.loss.mean";
  claim.where = kTwo;
  claim.bound = 0.01;
  const auto run_of = [](const std::vector<double>& values) {
    return SyntheticRun(6).add_values(kTwo, "udp.loss.mean", values, "ratio").run();
  };
  EXPECT_EQ(verdict_of(claim, run_of({0, 0, 0, 0, 0, 0})), Verdict::kHolds);
  EXPECT_EQ(verdict_of(claim, run_of({0.004, 0.005, 0.003, 0.01, 0.004, 0.004})), Verdict::kHolds);
  EXPECT_EQ(verdict_of(claim, run_of({0.02, 0.03, 0.02, 0.011, 0.02, 0.02})), Verdict::kDoesNotHold);
  EXPECT_EQ(verdict_of(claim, run_of({0.004, 0.004, 0.004, 0.02, 0.004, 0.004})),
            Verdict::kNotEnoughEvidence);
  EXPECT_EQ(verdict_of(claim, run_of({0, 0, 0, 0, 0})), Verdict::kNotEnoughEvidence);
  claim.bound = 0;
  EXPECT_EQ(verdict_of(claim, run_of({0, 0, 0, 0, 0, 0})), Verdict::kHolds);
}

TEST(JudgePlateau, NeedsGrowthBeforeAndNoneAfterTheKnee) {
  const auto claim = claim_of(ClaimKind::kPlateau, 4, 0.1);
  EXPECT_EQ(verdict_of(claim, growth(390, 540, 550, 555)), Verdict::kHolds);
  EXPECT_EQ(verdict_of(claim, growth(390, 540, 720, 720)), Verdict::kDoesNotHold);
  EXPECT_EQ(verdict_of(claim, growth(390, 540, 545, 300)), Verdict::kDoesNotHold);
  EXPECT_EQ(verdict_of(claim, growth(540, 390, 390, 390)), Verdict::kDoesNotHold);
  EXPECT_EQ(verdict_of(claim, growth(540, 540, 540, 540)), Verdict::kNotEnoughEvidence);
  EXPECT_EQ(verdict_of(claim, growth(390, 540, 594, 555)), Verdict::kNotEnoughEvidence);
  EXPECT_EQ(verdict_of(claim, growth(390, 540, 594, 300)), Verdict::kDoesNotHold);
}

TEST(JudgePlateau, SortsTheAxisByNumber) {
  auto run = SyntheticRun(6);
  for (const auto& [vms, value] : {std::pair{"16", 100}, {"2", 50}, {"8", 100}})
    run.add({{"vms", vms}}, "tcp.throughput.sum", value);
  EXPECT_EQ(verdict_of(claim_of(ClaimKind::kPlateau, 8, 0.1), run.run()), Verdict::kHolds);
}

TEST(JudgePlateau, NeedsTheKneeAndValuesOnBothSides) {
  const auto run = two_and_four(390, 540);
  for (const double knee : {2, 3, 4}) {
    const auto verdict = judge_run(claim_of(ClaimKind::kPlateau, knee, 0.1), run);
    EXPECT_EQ(verdict.verdict, Verdict::kNotEnoughEvidence);
    EXPECT_THAT(verdict.evidence, HasSubstr("only measured with vms 2, 4;"));
  }
}

TEST(JudgeLinearThenCeiling, NeedsBothParts) {
  auto claim = claim_of(ClaimKind::kLinearThenCeiling, 4, 0.1);
  EXPECT_EQ(verdict_of(claim, growth(100, 200, 300, 310)), Verdict::kHolds);
  EXPECT_EQ(verdict_of(claim, growth(100, 120, 300, 310)), Verdict::kDoesNotHold);
  EXPECT_EQ(verdict_of(claim, growth(100, 200, 300, 400)), Verdict::kDoesNotHold);
  EXPECT_EQ(verdict_of(claim, growth(100, 220, 300, 310)), Verdict::kNotEnoughEvidence);
  claim.bound = 6;
  EXPECT_EQ(verdict_of(claim, growth(100, 200, 300, 310)), Verdict::kNotEnoughEvidence);
}

TEST(JudgeExists, NeedsOneFinishedBlock) {
  Claim claim;
  claim.metric = "reach.host";
  auto once = SyntheticRun(1);
  once.add_values({}, "reach.host", {1}, "count");
  EXPECT_EQ(verdict_of(claim, once.run()), Verdict::kHolds);
  auto twice = SyntheticRun(2);
  twice.add_values({}, "reach.host", {1, 0}, "count");
  EXPECT_EQ(verdict_of(claim, twice.run()), Verdict::kDoesNotHold);
  EXPECT_EQ(verdict_of(claim, SyntheticRun(1).run()), Verdict::kNotEnoughEvidence);
}

TEST(Judge, SaysThatAQuickRunMeasuredTooLittle) {
  const auto run = SyntheticRun(6).add(kTwo, "tcp.throughput.sum", 1).run();
  const auto verdict = judge_run(claim_of(ClaimKind::kOrder), run);
  EXPECT_EQ(verdict.verdict, Verdict::kNotEnoughEvidence);
  EXPECT_EQ(verdict.evidence, "only measured with vms 2, not with 4; run --full");
}

TEST(Judge, RefusesToGuessWhichCellIsMeant) {
  auto run = SyntheticRun(6);
  for (const auto* name : {"vde", "bridge"})
    for (const auto* vms : {"2", "4"}) run.add({{"switch", name}, {"vms", vms}}, "tcp.throughput.sum", 1);
  auto claim = claim_of(ClaimKind::kOrder);
  EXPECT_EQ(judge_run(claim, run.run()).evidence,
            "the claim does not say which cell it means: vde, vms 4 or bridge, vms 4");
  claim.where = {{"switch", "none"}};
  EXPECT_EQ(judge_run(claim, run.run()).evidence,
            "only measured with switch vde, bridge, not with none; run --full");
  claim.where = {{"mtu", "1500"}};
  EXPECT_EQ(judge_run(claim, run.run()).evidence, "this run has no axis 'mtu'");
}

TEST(Judge, LeavesOutFailedCellsAndSaysSo) {
  auto run = two_and_four(390e6, 540e6, 8);
  auto& failed = *std::ranges::find_if(
      run.cells, [](const auto& result) { return result.block == 3 && result.cell == kFour; });
  failed.outcome = measure::Outcome::kFailed;
  failed.reason = "vm3 has no address";
  const auto verdict = judge_run(claim_of(ClaimKind::kOrder), run);
  EXPECT_EQ(verdict.verdict, Verdict::kHolds);
  EXPECT_THAT(verdict.evidence,
              HasSubstr("7 of 8 blocks, others left out (vms 4 in block 3: failed, vm3 has no address)"));
}

TEST(Judge, DoesNotCountAValueOfAFailedCell) {
  auto run = two_and_four(390e6, 540e6);
  run.cells.back().outcome = measure::Outcome::kFailed;
  EXPECT_EQ(verdict_of(claim_of(ClaimKind::kOrder), run), Verdict::kNotEnoughEvidence);
}

TEST(Judge, DoesNotCountAValueOfACellThatNeverEnded) {
  auto run = two_and_four(390e6, 540e6);
  run.cells.pop_back();
  const auto verdict = judge_run(claim_of(ClaimKind::kOrder), run);
  EXPECT_EQ(verdict.verdict, Verdict::kNotEnoughEvidence);
  EXPECT_THAT(verdict.evidence, HasSubstr("vms 4 in block 6 was not finished"));
}

TEST(Judge, TakesTheLaterTryOfACell) {
  auto run = two_and_four(390e6, 540e6);
  auto interrupted = run.cells.front();
  interrupted.outcome = measure::Outcome::kInterrupted;
  run.cells.insert(run.cells.begin(), interrupted);
  auto wrong = run.samples.front();
  wrong.value = 1e12;
  run.samples.insert(run.samples.begin(), wrong);
  const auto verdict = judge_run(claim_of(ClaimKind::kOrder), run);
  EXPECT_EQ(verdict.verdict, Verdict::kHolds);
  EXPECT_THAT(verdict.evidence, HasSubstr(", 6 blocks"));
}

TEST(Judge, SaysThatTheRunEndedEarly) {
  auto run = two_and_four(390e6, 540e6, 6);
  run.header.block_count = 10;
  EXPECT_THAT(judge_run(claim_of(ClaimKind::kOrder), run).evidence,
              HasSubstr("6 of 10 blocks, others left out (the run ended early)"));
  run.header.block_count = std::numeric_limits<int>::max();
  EXPECT_EQ(verdict_of(claim_of(ClaimKind::kOrder), run), Verdict::kHolds);
}

TEST(Judge, DoesNotPairBlocksOfDifferentKeys) {
  auto run = two_and_four(390e6, 540e6);
  for (auto& sample : run.samples)
    if (sample.cell == kFour && sample.block != 2) sample.key["accel"] = "kvm";
  const auto verdict = judge_run(claim_of(ClaimKind::kOrder), run);
  EXPECT_EQ(verdict.verdict, Verdict::kNotEnoughEvidence);
  EXPECT_THAT(verdict.evidence, HasSubstr("not comparable in block 1: accel kvm against tcg"));
}

TEST(Judge, DoesNotPairDifferentUnits) {
  auto run = SyntheticRun(6);
  run.add(kTwo, "tcp.throughput.sum", 1, "bit/s").add(kFour, "tcp.throughput.sum", 2, "B");
  EXPECT_THAT(judge_run(claim_of(ClaimKind::kOrder), run.run()).evidence, HasSubstr("units B and bit/s"));
}

TEST(Judge, LeavesOutWhatIsNoNumber) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  auto run = two_and_four(390e6, 540e6);
  run.samples[0].value = nan;
  run.samples[7].value = infinity;
  const auto verdict = judge_run(claim_of(ClaimKind::kOrder), run);
  EXPECT_EQ(verdict.verdict, Verdict::kNotEnoughEvidence);
  EXPECT_THAT(verdict.evidence, HasSubstr("4 of 6 blocks, others left out (vms 2 in block 1"));
}

TEST(Judge, SurvivesNumbersAtTheEndsOfTheRange) {
  const double most = std::numeric_limits<double>::max();
  const double least = std::numeric_limits<double>::denorm_min();
  auto run = SyntheticRun(6);
  run.add_values(kTwo, "tcp.throughput.sum", {least, least, least, least, least, least});
  run.add_values(kFour, "tcp.throughput.sum", {most, most, most, most, most, most});
  run.add_values(kSix, "tcp.throughput.sum", {-most, -most, -most, -most, -most, -most});
  run.add_values(kEight, "tcp.throughput.sum", {-most, most, -most, most, -most, most});
  for (const auto kind : {ClaimKind::kOrder, ClaimKind::kRatio, ClaimKind::kAtMost, ClaimKind::kPlateau,
                          ClaimKind::kLinearThenCeiling, ClaimKind::kAgree, ClaimKind::kExists})
    for (const auto* subject : {"2", "4", "6", "8"})
      for (const auto* versus : {"2", "4", "6", "8"}) {
        auto claim = claim_of(kind, 4, 0.1);
        claim.subject = subject;
        claim.versus = versus;
        if (kind == ClaimKind::kAtMost || kind == ClaimKind::kExists) claim.where = {{"vms", subject}};
        const auto verdict = judge_run(claim, run.run());
        EXPECT_THAT(verdict.evidence, testing::Not(HasSubstr("nan"))) << to_string(kind);
      }
}

TEST(Judge, SurvivesARunOfNothing) {
  for (const auto kind : {ClaimKind::kOrder, ClaimKind::kRatio, ClaimKind::kAtMost, ClaimKind::kPlateau,
                          ClaimKind::kLinearThenCeiling, ClaimKind::kAgree, ClaimKind::kExists}) {
    EXPECT_EQ(verdict_of(claim_of(kind, 4, 0.1), {}), Verdict::kNotEnoughEvidence);
    measure::Run planned;
    planned.header.cells = {kTwo, kFour, kSix, kEight};
    planned.header.block_count = 6;
    EXPECT_EQ(verdict_of(claim_of(kind, 4, 0.1), planned), Verdict::kNotEnoughEvidence);
  }
}

TEST(JudgeRow, DoesNotJudgeWhatCannotBeRun) {
  Row row;
  row.claims = {claim_of(ClaimKind::kOrder)};
  const auto run = two_and_four(390e6, 540e6);
  EXPECT_EQ(judge(row, run)[0].verdict, Verdict::kNotBuiltYet);
  row.scenario = "theses/vde-switch-table.yaml";
  EXPECT_EQ(judge(row, run)[0].verdict, Verdict::kHolds);
  row.obstacle = "no such hardware";
  EXPECT_EQ(judge(row, run)[0].verdict, Verdict::kCannotBeTriedHere);
  EXPECT_EQ(judge(row, run)[0].evidence, "no such hardware");
}

}  // namespace
}  // namespace banco::ledger
