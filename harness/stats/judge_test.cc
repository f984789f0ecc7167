#include "harness/stats/judge.hh"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "harness/stats/random.hh"

namespace banco::stats {
namespace {

// `count` blocks of base and head whose log ratios are `noise` times ±1, half of them each, around
// `log_change`.
struct Arms {
  std::vector<double> base;
  std::vector<double> head;

  Arms(std::size_t count, double log_change, double noise) {
    for (std::size_t i = 0; i < count; ++i) {
      base.push_back(100 + static_cast<double>(i));
      head.push_back(base.back() * std::exp(log_change + (i % 2 == 0 ? noise : -noise)));
    }
  }
  PairedMetric metric(Direction direction = Direction::kHigherIsBetter) const {
    return {base, head, direction};
  }
};

Judgement judge_one(const PairedMetric& metric) {
  return judge(std::vector{metric}).front();
}

TEST(Judge, CallsAChangeByItsDirection) {
  const Arms less(10, -0.2, 0.02);
  EXPECT_EQ(judge_one(less.metric()).verdict, Verdict::kWorse);
  EXPECT_EQ(judge_one(less.metric(Direction::kLowerIsBetter)).verdict, Verdict::kBetter);
  const Arms more(10, 0.2, 0.02);
  EXPECT_EQ(judge_one(more.metric()).verdict, Verdict::kBetter);
  EXPECT_EQ(judge_one(more.metric(Direction::kLowerIsBetter)).verdict, Verdict::kWorse);
  EXPECT_NEAR(judge_one(more.metric()).comparison.ratio, std::exp(0.2), 1e-12);
  EXPECT_EQ(judge_one(more.metric()).further_block_count, 0U);
}

TEST(Judge, CallsEquivalentWhatLiesWithinTheMargin) {
  const Judgement judgement = judge_one(Arms(10, 0.01, 0.01).metric());
  EXPECT_EQ(judgement.verdict, Verdict::kEquivalent);
  EXPECT_TRUE(judgement.not_worse);
  EXPECT_EQ(judgement.further_block_count, 0U);
  // Certain (p is the least that there is) and yet no change that matters.
  const Judgement certain = judge_one(Arms(20, 0.01, 0.001).metric());
  EXPECT_LT(certain.adjusted_p_value, 1e-5);
  EXPECT_EQ(certain.verdict, Verdict::kEquivalent);
}

TEST(Judge, NeedsEightBlocksToCallAChange) {
  for (std::size_t count = 1; count < 8; ++count) {
    const Judgement judgement = judge_one(Arms(count, -0.5, 0.001).metric());
    EXPECT_EQ(judgement.verdict, Verdict::kNotEnoughEvidence) << count;
    EXPECT_FALSE(judgement.not_worse) << count;
    EXPECT_EQ(judgement.further_block_count, 8 - count) << count;
  }
  EXPECT_EQ(judge_one(Arms(8, -0.5, 0.001).metric()).verdict, Verdict::kWorse);
}

// Two equal blocks say nothing about noise, and 6 are the least that an interval needs.
TEST(Judge, NeedsSixBlocksToCallEquivalent) {
  for (std::size_t count = 1; count < 6; ++count)
    EXPECT_EQ(judge_one(Arms(count, 0, 0).metric()).further_block_count, 6 - count) << count;
  EXPECT_EQ(judge_one(Arms(6, 0, 0).metric()).verdict, Verdict::kEquivalent);
}

TEST(Judge, SaysNotWorseWhereOnlyTheGoodEndIsOpen) {
  const Arms arms(10, 0.05, 0.06);  // 5 % more, between 1 % and 9 %
  const Judgement higher = judge_one(arms.metric());
  EXPECT_EQ(higher.verdict, Verdict::kNotEnoughEvidence);
  EXPECT_TRUE(higher.not_worse);
  EXPECT_FALSE(judge_one(arms.metric(Direction::kLowerIsBetter)).not_worse);
}

TEST(Judge, EstimateOfFurtherBlocksSettlesWhenTheyLookAlike) {
  for (const double change : {0.0, 0.02, -0.08, 0.12}) {
    const std::size_t count = 6;
    const double noise = 0.1;
    const Judgement judgement = judge_one(Arms(count, change, noise).metric());
    ASSERT_EQ(judgement.verdict, Verdict::kNotEnoughEvidence) << change;
    ASSERT_TRUE(judgement.further_block_count) << change;
    const std::size_t settled = count + *judgement.further_block_count;
    EXPECT_NE(judge_one(Arms(settled * 5 / 4 / 2 * 2 + 2, change, noise).metric()).verdict,
              Verdict::kNotEnoughEvidence)
        << change;
    EXPECT_EQ(judge_one(Arms(settled * 3 / 5 / 2 * 2, change, noise).metric()).verdict,
              Verdict::kNotEnoughEvidence)
        << change;
  }
}

TEST(Judge, PromisesNothingForARatioAtTheMargin) {
  EXPECT_EQ(judge_one(Arms(6, std::log(1.0499), 0.2).metric()).further_block_count, std::nullopt);
}

TEST(Judge, MarginOfZeroMakesEveryCertainChangeCount) {
  const Arms arms(10, -0.01, 0.001);
  EXPECT_EQ(judge_one(arms.metric()).verdict, Verdict::kEquivalent);
  EXPECT_EQ(judge_one({arms.base, arms.head, Direction::kHigherIsBetter, 0}).verdict, Verdict::kWorse);
}

// Eight blocks of one sign have p = 1/128: enough for a metric alone, not for one of five.
TEST(Judge, AsksMoreOfEachMetricTheMoreThereAre) {
  const Arms changed(8, -0.3, 0.01);
  const Arms same(8, 0, 0.01);
  EXPECT_EQ(judge_one(changed.metric()).verdict, Verdict::kWorse);
  const auto judgements =
      judge(std::vector{same.metric(), changed.metric(), same.metric(), same.metric(), same.metric()});
  EXPECT_EQ(judgements[0].verdict, Verdict::kEquivalent);
  EXPECT_EQ(judgements[1].verdict, Verdict::kNotEnoughEvidence);
  EXPECT_EQ(judgements[1].adjusted_p_value, 5 / 128.0);
  EXPECT_EQ(judgements[1].further_block_count, 2U);
  EXPECT_TRUE(judge({}).empty());
}

TEST(Judge, SwappedArmsSwapTheVerdict) {
  Random random(11);
  for (int trial = 0; trial < 60; ++trial) {
    std::vector<double> base(10);
    std::vector<double> head(10);
    for (double& value : base) value = std::exp(0.06 * draw_normal(random));
    for (double& value : head) value = std::exp(0.06 * draw_normal(random) + 0.01 * (trial % 20));
    const Judgement one = judge_one({base, head});
    const Judgement other = judge_one({head, base});
    EXPECT_EQ(one.verdict == Verdict::kBetter, other.verdict == Verdict::kWorse);
    EXPECT_NEAR(one.comparison.ratio * other.comparison.ratio, 1, 1e-12);
    EXPECT_NEAR(one.superiority.probability + other.superiority.probability, 1, 1e-12);
  }
}

// The promise, with a margin of 0 so that it rests on p alone, and with noise that is far from normal: now
// and then an arm gets half.
TEST(Judge, RaisesFalseAlarmsNoMoreOftenThanItSays) {
  Random random(12);
  constexpr int kTrials = 300;
  int alarm_count = 0;
  for (int trial = 0; trial < kTrials; ++trial) {
    std::vector<std::vector<double>> arms(4, std::vector<double>(9));
    for (auto& arm : arms)
      for (double& value : arm) value = std::exp(0.05 * draw_normal(random)) * (random() % 8 == 0 ? 0.5 : 1);
    const auto judgements = judge(std::vector{PairedMetric{arms[0], arms[1], Direction::kHigherIsBetter, 0},
                                              PairedMetric{arms[2], arms[3], Direction::kLowerIsBetter, 0}});
    if (std::ranges::any_of(judgements, [](const Judgement& judgement) {
          return judgement.verdict != Verdict::kNotEnoughEvidence;
        }))
      ++alarm_count;
  }
  RecordProperty("alarms_of_300", alarm_count);
  EXPECT_LE(alarm_count, kTrials * kAlarmRatio + 3 * std::sqrt(kTrials * kAlarmRatio));
}

TEST(Judge, RefusesWhatItCannotJudge) {
  const std::vector<double> one{1};
  const std::vector<double> two{1, 2};
  const std::vector<double> zero{0};
  EXPECT_THROW(judge_one({{}, {}}), std::invalid_argument);
  EXPECT_THROW(judge_one({one, two}), std::invalid_argument);
  EXPECT_THROW(judge_one({zero, one}), std::invalid_argument);
  for (const double margin : {-0.1, std::nan("")})
    EXPECT_THROW(judge_one({one, one, Direction::kHigherIsBetter, margin}), std::invalid_argument);
  for (const double alarm_ratio : {0., 1., -1., std::nan("")})
    EXPECT_THROW(judge(std::vector{PairedMetric{one, one}}, alarm_ratio), std::invalid_argument);
}

}  // namespace
}  // namespace banco::stats
