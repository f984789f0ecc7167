#include "harness/stats/bootstrap.hh"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>
#include <vector>

#include "harness/stats/summary.hh"

namespace banco::stats {
namespace {

const std::vector<double> kValues{49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48};

Interval interval_of_mean(const std::vector<double>& values, std::uint64_t seed) {
  Random random(seed);
  return bootstrap_interval(values, mean, random);
}

TEST(Bootstrap, IsTheSameEverywhereForOneSeed) {
  const Interval first = interval_of_mean(kValues, 1);
  const Interval again = interval_of_mean(kValues, 1);
  const Interval other = interval_of_mean(kValues, 2);
  EXPECT_EQ(first.low, again.low);
  EXPECT_EQ(first.high, again.high);
  EXPECT_NE(first.low, other.low);
  EXPECT_NEAR(first.low, other.low, 1);
  EXPECT_NEAR(first.low, -1.1333333333333333, 1e-12);
  EXPECT_NEAR(first.high, 39.866666666666667, 1e-12);
}

TEST(Bootstrap, TakesAnyStatistic) {
  Random random(1);
  const auto greatest = [](std::span<const double> values) { return summarise(values).max; };
  const Interval interval = bootstrap_interval(kValues, greatest, random);
  EXPECT_EQ(interval.high, 75);
  EXPECT_LT(interval.low, 75);
  EXPECT_EQ(interval.coverage_ratio, 0.95);
}

TEST(Bootstrap, RefusesFewerValuesThanHaveAnInterval) {
  Random random(1);
  EXPECT_THROW(bootstrap_interval({}, mean, random), std::invalid_argument);
  EXPECT_THROW(bootstrap_interval(std::vector{1., 2., 3., 4., 5.}, mean, random), std::invalid_argument);
  EXPECT_THROW(bootstrap_interval(std::vector(6, std::nan("")), mean, random), std::invalid_argument);
}

}  // namespace
}  // namespace banco::stats
