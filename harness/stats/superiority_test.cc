#include "harness/stats/superiority.hh"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <stdexcept>
#include <vector>

#include "harness/stats/distributions.hh"
#include "harness/stats/random.hh"

namespace banco::stats {
namespace {

TEST(Superiority, OfSeparateArmsIsCertainOnlyByTheNumbers) {
  const Superiority above = superiority(std::vector{4., 5., 6.}, std::vector{1., 2., 3.});
  EXPECT_EQ(above.probability, 1);
  EXPECT_EQ(above.interval.high, 1);
  EXPECT_GT(above.interval.low, 0.2);
  EXPECT_LT(above.interval.low, 0.6);
  const Superiority below = superiority(std::vector{1., 2., 3.}, std::vector{4., 5., 6.});
  EXPECT_EQ(below.probability, 0);
  EXPECT_NEAR(below.interval.high, 1 - above.interval.low, 1e-12);
}

TEST(Superiority, OfEqualArmsIsOneHalf) {
  const std::vector<double> values{3, 1, 4, 1, 5};
  const Superiority found = superiority(values, values);
  EXPECT_EQ(found.probability, 0.5);
  EXPECT_NEAR(found.interval.low + found.interval.high, 1, 1e-12);
  EXPECT_EQ(superiority(std::vector{1.}, std::vector{1.}).probability, 0.5);
}

// 1,000 experiments each; normal arms half a deviation apart have Φ(0.5/√2).
TEST(Superiority, IntervalCoversAsOftenAsItSays) {
  Random random(8);
  for (const double distance : {0.0, 0.5, 2.0}) {
    const double truth = normal_probability(distance / std::numbers::sqrt2);
    int covered_count = 0;
    for (int trial = 0; trial < 1'000; ++trial) {
      std::vector<double> subject(10);
      std::vector<double> versus(10);
      for (double& value : subject) value = draw_normal(random) + distance;
      for (double& value : versus) value = draw_normal(random);
      const Interval interval = superiority(subject, versus).interval;
      if (interval.low <= truth && truth <= interval.high) ++covered_count;
    }
    EXPECT_GE(covered_count, 930) << distance;
    EXPECT_LE(covered_count, 985) << distance;
  }
}

TEST(Superiority, RefusesNothingAndWhatIsNotFinite) {
  EXPECT_THROW(superiority({}, std::vector{1.}), std::invalid_argument);
  EXPECT_THROW(superiority(std::vector{1.}, std::vector{std::nan("")}), std::invalid_argument);
}

}  // namespace
}  // namespace banco::stats
