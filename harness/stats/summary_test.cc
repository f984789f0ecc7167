#include "harness/stats/summary.hh"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

namespace banco::stats {
namespace {

std::vector<double> one_to(int count) {
  std::vector<double> values;
  for (int i = count; i >= 1; --i) values.push_back(i);
  return values;
}

TEST(Summary, OfOneValueIsThatValue) {
  const Summary summary = summarise(std::vector{3.5});
  EXPECT_EQ(summary.count, 1U);
  EXPECT_EQ(summary.median, 3.5);
  EXPECT_EQ(summary.mean, 3.5);
  EXPECT_EQ(summary.min, 3.5);
  EXPECT_EQ(summary.max, 3.5);
  EXPECT_EQ(summary.median_absolute_deviation, 0);
  EXPECT_EQ(summary.coefficient_of_variation, 0);
  EXPECT_FALSE(summary.median_interval);
}

TEST(Summary, TakesTheMedianOfEvenAndOddCounts) {
  EXPECT_EQ(summarise(std::vector{5., 1., 3.}).median, 3);
  EXPECT_EQ(summarise(std::vector{5., 1., 3., 4.}).median, 3.5);
}

TEST(Summary, DeviationFromTheMedianIgnoresOneOutlier) {
  // The worked example of most textbooks: deviations 1 1 0 0 2 4 7 from the median 2.
  EXPECT_EQ(summarise(std::vector{1., 1., 2., 2., 4., 6., 9.}).median_absolute_deviation, 1);
}

// Exact binomial coverage; at 5 values not even the extremes reach 95 % (93.75 %).
TEST(MedianInterval, HasTheRanksAndCoverageOfTheBinomial) {
  struct Row {
    int count, low_rank;
    double coverage_ratio;
  };
  for (const Row& row : {Row{6, 1, 0.96875}, Row{7, 1, 0.984375}, Row{8, 1, 0.9921875}, Row{9, 2, 0.9609375},
                         Row{10, 2, 0.978515625}, Row{20, 6, 0.9586105346679688},
                         Row{30, 10, 0.9572260547429323}, Row{100, 40, 0.9647997997822952}}) {
    const auto interval = summarise(one_to(row.count)).median_interval;
    ASSERT_TRUE(interval) << row.count;
    EXPECT_EQ(interval->low, row.low_rank) << row.count;
    EXPECT_EQ(interval->high, row.count + 1 - row.low_rank) << row.count;
    EXPECT_NEAR(interval->coverage_ratio, row.coverage_ratio, 1e-12) << row.count;
  }
  EXPECT_FALSE(summarise(one_to(5)).median_interval);
}

// 2^-n is 0 in a double from n = 1075 on; the interval must not widen to min..max there.
TEST(MedianInterval, OfManyValuesIsNarrow) {
  for (const int count : {1'000, 1'100, 100'000}) {
    const auto interval = summarise(one_to(count)).median_interval;
    ASSERT_TRUE(interval);
    // Normal approximation of the binomial: ranks n/2 ± 0.98·√n.
    EXPECT_NEAR(interval->high - interval->low, 1.96 * std::sqrt(count), 3) << count;
    EXPECT_GE(interval->coverage_ratio, 0.95);
    EXPECT_LT(interval->coverage_ratio, 0.96);
  }
}

// NIST Statistical Reference Datasets, NumAcc1, NumAcc3 and NumAcc4: certified mean and standard deviation.
TEST(Summary, AgreesWithNistReferenceData) {
  const Summary first = summarise(std::vector{10000001., 10000003., 10000002.});
  EXPECT_EQ(first.mean, 10000002);
  EXPECT_NEAR(first.coefficient_of_variation * first.mean, 1, 1e-12);
  for (const double base : {1000000., 10000000.}) {
    std::vector<double> values{base + 0.2};
    for (int i = 0; i < 500; ++i) values.insert(values.end(), {base + 0.1, base + 0.3});
    const Summary summary = summarise(values);
    EXPECT_NEAR(summary.mean, base + 0.2, 1e-9);
    EXPECT_NEAR(summary.coefficient_of_variation * summary.mean, 0.1, 1e-8);
  }
}

TEST(Summary, VariationAboutZeroIsZeroOnlyForEqualValues) {
  EXPECT_EQ(summarise(std::vector{0., 0., 0.}).coefficient_of_variation, 0);
  EXPECT_TRUE(std::isinf(summarise(std::vector{-1., 1.}).coefficient_of_variation));
  EXPECT_GT(summarise(std::vector{-1., -3.}).coefficient_of_variation, 0);
}

TEST(Summary, LargestDoublesDoNotOverflowTheMean) {
  const double max = std::numeric_limits<double>::max();
  EXPECT_EQ(summarise(std::vector{max, max}).mean, max);
  EXPECT_EQ(summarise(std::vector{max, max}).median, max);
}

TEST(Summary, RefusesNothingAndWhatIsNotFinite) {
  EXPECT_THROW(summarise({}), std::invalid_argument);
  EXPECT_THROW(summarise(std::vector{1., std::nan("")}), std::invalid_argument);
  EXPECT_THROW(summarise(std::vector{1., std::numeric_limits<double>::infinity()}), std::invalid_argument);
}

// The default of R and NumPy.
TEST(Quantile, IsLinearBetweenOrderStatistics) {
  const std::vector<double> values{10, 1, 4, 2, 3};
  EXPECT_EQ(quantile(values, 0), 1);
  EXPECT_EQ(quantile(values, 0.25), 2);
  EXPECT_EQ(quantile(values, 0.5), 3);
  EXPECT_NEAR(quantile(values, 0.9), 7.6, 1e-12);
  EXPECT_EQ(quantile(values, 1), 10);
  EXPECT_EQ(quantile(std::vector{7.}, 0.99), 7);
}

TEST(Quantile, RefusesWhatIsOutOfRange) {
  const std::vector<double> values{1, 2};
  for (const double p : {-0.01, 1.01, std::nan("")}) EXPECT_THROW(quantile(values, p), std::invalid_argument);
  EXPECT_THROW(quantile({}, 0.5), std::invalid_argument);
}

}  // namespace
}  // namespace banco::stats
