// The bootstrap interval and the sign-flip test against exact counts, published data and simulation.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <random>
#include <stdexcept>
#include <vector>

#include "harness/stats/summary.hh"

namespace banco::stats {
namespace {

// Standard normal by Box and Muller: std::normal_distribution is not the same everywhere.
double draw_normal(std::mt19937_64& random) {
  const auto uniform = [&] { return (static_cast<double>(random() >> 11) + 0.5) * 0x1p-53; };
  const double radius = std::sqrt(-2 * std::log(uniform()));
  return radius * std::cos(2 * std::numbers::pi * uniform());
}

std::vector<double> ratios_of(const std::vector<double>& log_ratios) {
  std::vector<double> ratios;
  for (const double log_ratio : log_ratios) ratios.push_back(std::exp(log_ratio));
  return ratios;
}

// Compares arms whose log ratios are these.
PairedComparison compare(const std::vector<double>& log_ratios, std::uint64_t seed = 1) {
  return compare_paired(ratios_of(log_ratios), std::vector(log_ratios.size(), 1.0), seed);
}

TEST(ComparePaired, RatioIsTheGeometricMean) {
  const PairedComparison comparison = compare_paired(std::vector{2., 8.}, std::vector{1., 1.});
  EXPECT_EQ(comparison.block_count, 2U);
  EXPECT_NEAR(comparison.ratio, 4, 1e-12);
  EXPECT_NEAR(compare_paired(std::vector{1., 1.}, std::vector{2., 8.}).ratio, 0.25, 1e-12);
}

TEST(SignFlip, EqualSignsGiveTheSmallestP) {
  for (const std::size_t count : {1U, 2U, 6U, 10U, 20U}) {
    const PairedComparison comparison = compare(std::vector(count, 0.1));
    EXPECT_EQ(comparison.p_value, std::ldexp(2.0, -static_cast<int>(count))) << count;
  }
  EXPECT_EQ(compare(std::vector(6, -0.1)).p_value, 0.03125);
}

TEST(SignFlip, OfEqualArmsIsOne) {
  const std::vector<double> values{3, 1, 4, 1, 5, 9, 2};
  EXPECT_EQ(compare_paired(values, values).p_value, 1);
  EXPECT_EQ(compare_paired(values, values).ratio, 1);
}

// Darwin's 15 pairs of maize, eighths of an inch. Fisher (The Design of Experiments, 1935, section 21) counts
// 863 of the 32768 sign choices with a sum of 314 or more, 28 of them exactly 314.
const std::vector<double> kDarwin{.049, -.067, .008, .016, .006, .023, .028, .041,
                                  .014, .029,  .056, .024, .075, .060, -.048};

TEST(SignFlip, AgreesWithFisherOnDarwinsMaize) {
  EXPECT_EQ(compare(kDarwin).p_value, 2 * 863 / 32768.0);
}

TEST(SignFlip, RandomFlipsAgreeWithTheExactTest) {
  std::vector<double> log_ratios = kDarwin;
  log_ratios.resize(21);  // six equal blocks change no sum
  EXPECT_NEAR(compare(log_ratios).p_value, 2 * 863 / 32768.0, 0.001);
  log_ratios.insert(log_ratios.begin(), 79, 0.0);  // more than a word of random bits
  EXPECT_NEAR(compare(log_ratios).p_value, 2 * 863 / 32768.0, 0.001);
}

TEST(SignFlip, RandomFlipsNeverClaimPOfZero) {
  const double p_value = compare(std::vector(30, 0.1)).p_value;
  EXPECT_GT(p_value, 0);
  EXPECT_LT(p_value, 1e-5);
}

TEST(RatioInterval, NeedsSixBlocks) {
  EXPECT_FALSE(compare({.1, .2, .3, .4, .5}).ratio_interval);
  EXPECT_TRUE(compare({.1, .2, .3, .4, .5, .6}).ratio_interval);
}

TEST(RatioInterval, OfEqualRatiosIsThatRatio) {
  const auto interval = compare(std::vector(6, std::log(2.0))).ratio_interval;
  ASSERT_TRUE(interval);
  EXPECT_NEAR(interval->low, 2, 1e-12);
  EXPECT_NEAR(interval->high, 2, 1e-12);
}

TEST(RatioInterval, IsTheSameEverywhereForOneSeed) {
  const auto first = compare(kDarwin, 1).ratio_interval;
  const auto again = compare(kDarwin, 1).ratio_interval;
  const auto other = compare(kDarwin, 2).ratio_interval;
  ASSERT_TRUE(first && again && other);
  EXPECT_EQ(first->low, again->low);
  EXPECT_EQ(first->high, again->high);
  EXPECT_NE(first->low, other->low);
  EXPECT_NEAR(first->low, other->low, 0.001);
  EXPECT_NEAR(first->low, 0.99853440836325, 1e-9);
  EXPECT_NEAR(first->high, 1.04115776894635, 1e-9);
}

// 400 experiments each, true ratio 1: how often 1 lies inside, and how often p falls below 5 %.
TEST(RatioInterval, CoversAsOftenAsItSays) {
  std::mt19937_64 random(7);
  for (const std::size_t count : {6U, 10U}) {
    int covered_count = 0;
    int alarm_count = 0;
    constexpr int kTrials = 400;
    for (int trial = 0; trial < kTrials; ++trial) {
      std::vector<double> log_ratios(count);
      for (double& log_ratio : log_ratios) log_ratio = 0.05 * draw_normal(random);
      const PairedComparison comparison = compare(log_ratios, random());
      if (comparison.ratio_interval->low <= 1 && comparison.ratio_interval->high >= 1) ++covered_count;
      if (comparison.p_value < 0.05) ++alarm_count;
    }
    RecordProperty("covered_of_400_at_" + std::to_string(count), covered_count);
    EXPECT_GE(covered_count, kTrials * 0.925) << count;
    EXPECT_LE(covered_count, kTrials * 0.98) << count;
    EXPECT_LE(alarm_count, kTrials * 0.075) << count;
    EXPECT_GE(alarm_count, kTrials * 0.01) << count;
  }
}

TEST(ComparePaired, RefusesWhatHasNoRatio) {
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_THROW(compare_paired({}, {}), std::invalid_argument);
  EXPECT_THROW(compare_paired(std::vector{1., 2.}, std::vector{1.}), std::invalid_argument);
  for (const double value : {0., -1., std::nan(""), infinity}) {
    EXPECT_THROW(compare_paired(std::vector{value}, std::vector{1.}), std::invalid_argument);
    EXPECT_THROW(compare_paired(std::vector{1.}, std::vector{value}), std::invalid_argument);
  }
}

}  // namespace
}  // namespace banco::stats
