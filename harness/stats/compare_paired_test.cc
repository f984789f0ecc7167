#include "harness/stats/compare_paired.hh"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include "harness/stats/random.hh"

namespace banco::stats {
namespace {

// Compares arms whose log ratios are these.
PairedComparison compare(const std::vector<double>& log_ratios, std::uint64_t seed = 1) {
  std::vector<double> ratios;
  for (const double log_ratio : log_ratios) ratios.push_back(std::exp(log_ratio));
  return compare_paired(ratios, std::vector(log_ratios.size(), 1.0), seed);
}

TEST(ComparePaired, RatioIsTheGeometricMean) {
  const PairedComparison comparison = compare_paired(std::vector{2., 8.}, std::vector{1., 1.});
  EXPECT_EQ(comparison.block_count, 2U);
  EXPECT_NEAR(comparison.ratio, 4, 1e-12);
  EXPECT_NEAR(compare_paired(std::vector{1., 1.}, std::vector{2., 8.}).ratio, 0.25, 1e-12);
}

TEST(ComparePaired, OfEqualArmsSaysOne) {
  const std::vector<double> values{3, 1, 4, 1, 5, 9, 2};
  EXPECT_EQ(compare_paired(values, values).p_value, 1);
  EXPECT_EQ(compare_paired(values, values).ratio, 1);
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

// 400 experiments each, true ratio 1: how often 1 lies inside, and how often p falls below 5 %.
TEST(RatioInterval, CoversAsOftenAsItSays) {
  Random random(7);
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
  try {
    compare_paired(std::vector{1., 0.}, std::vector{1., 1.});
    FAIL();
  } catch (const std::invalid_argument& error) {
    EXPECT_STREQ(error.what(),
                 "a comparison by ratio needs finite values above 0, and there is 0 in pair 2: compare by "
                 "difference, or "
                 "leave the pair out");
  }
}

}  // namespace
}  // namespace banco::stats
