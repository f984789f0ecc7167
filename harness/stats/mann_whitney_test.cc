#include "harness/stats/mann_whitney.hh"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>
#include <vector>

#include "harness/stats/random.hh"
#include "harness/stats/summary.hh"

namespace banco::stats {
namespace {

// Two arms of `count` with all of the one above all of the other.
double least_p_value(std::size_t count) {
  std::vector<double> low;
  std::vector<double> high;
  for (std::size_t i = 0; i < count; ++i) {
    low.push_back(static_cast<double>(i));
    high.push_back(static_cast<double>(count + i));
  }
  EXPECT_EQ(mann_whitney_u(low, high), 0);
  EXPECT_EQ(mann_whitney_u(high, low), static_cast<double>(count * count));
  return mann_whitney_p_value(low, high);
}

// 2 of the binomial coefficient (2n over n) divisions separate the arms.
TEST(MannWhitney, OfSeparateArmsIsTheLeastThatTheirSizesAllow) {
  EXPECT_NEAR(least_p_value(1), 1, 1e-12);
  EXPECT_NEAR(least_p_value(2), 2 / 6.0, 1e-12);
  EXPECT_NEAR(least_p_value(3), 2 / 20.0, 1e-12);
  EXPECT_NEAR(least_p_value(4), 2 / 70.0, 1e-12);
  EXPECT_NEAR(least_p_value(10), 2 / 184756.0, 1e-15);
  EXPECT_LT(least_p_value(30), 1e-16);
}

TEST(MannWhitney, CountsTiesHalf) {
  EXPECT_EQ(mann_whitney_u(std::vector{1., 2.}, std::vector{1., 2.}), 2);
  EXPECT_EQ(mann_whitney_u(std::vector{2.}, std::vector{1., 2., 3.}), 1.5);
  EXPECT_EQ(mann_whitney_p_value(std::vector(5, 1.0), std::vector(7, 1.0)), 1);
  EXPECT_EQ(mann_whitney_p_value(std::vector(50, 1.0), std::vector(70, 1.0)), 1);
}

TEST(MannWhitney, IsTheSameForSwappedArms) {
  Random random(5);
  for (const std::size_t count : {3U, 12U, 40U}) {
    std::vector<double> one(count);
    std::vector<double> other(count + 4);
    for (double& value : one) value = std::floor(4 * draw_normal(random));
    for (double& value : other) value = std::floor(4 * draw_normal(random) + 2);
    EXPECT_NEAR(mann_whitney_p_value(one, other), mann_whitney_p_value(other, one), 1e-12) << count;
    EXPECT_EQ(mann_whitney_u(one, other) + mann_whitney_u(other, one),
              static_cast<double>(count * (count + 4)));
  }
}

// Where the one ends and the other begins, both say nearly the same.
TEST(MannWhitney, NormalGoesOnWhereExactEnds) {
  for (const double shift : {2.5, 4.5, 6.5}) {
    std::vector<double> one;
    std::vector<double> other;
    for (std::size_t i = 0; i < kExactMannWhitneyCount / 2; ++i) {
      one.push_back(static_cast<double>(i));
      other.push_back(static_cast<double>(i) + shift);
    }
    const double exact = mann_whitney_p_value(one, other);
    other.push_back(mean(other));
    EXPECT_NEAR(mann_whitney_p_value(one, other), exact, 0.1 * exact) << shift;
  }
}

TEST(MannWhitney, RefusesNothingAndWhatIsNotFinite) {
  const std::vector<double> good{1, 2};
  EXPECT_THROW(mann_whitney_p_value({}, good), std::invalid_argument);
  EXPECT_THROW(mann_whitney_u(good, {}), std::invalid_argument);
  EXPECT_THROW(mann_whitney_p_value(good, std::vector{std::nan("")}), std::invalid_argument);
}

}  // namespace
}  // namespace banco::stats
