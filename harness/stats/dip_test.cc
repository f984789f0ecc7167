#include "harness/stats/dip.hh"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>
#include <vector>

#include "harness/stats/random.hh"

namespace banco::stats {
namespace {

// `count` values, each around 0 or around `distance`.
std::vector<double> two_peaks(std::size_t count, double distance, Random& random) {
  std::vector<double> values(count);
  for (double& value : values) value = draw_normal(random) + ((random() >> 63) != 0 ? distance : 0);
  return values;
}

TEST(Dip, OfEvenlySpacedValuesIsTheLeast) {
  for (const std::size_t count : {2U, 4U, 9U, 100U}) {
    std::vector<double> values;
    for (std::size_t i = 0; i < count; ++i) values.push_back(static_cast<double>(i));
    EXPECT_NEAR(dip_test(values).dip, 1 / (2.0 * static_cast<double>(count)), 1e-12) << count;
    EXPECT_EQ(dip_test(values).p_value, 1) << count;
  }
}

TEST(Dip, OfTwoPointsIsNearlyAQuarter) {
  std::vector<double> values(50, 1.0);
  values.insert(values.end(), 50, 2.0);
  values.push_back(1.5);
  const DipTest test = dip_test(values);
  EXPECT_NEAR(test.dip, 0.25, 0.01);
  EXPECT_LT(test.p_value, 0.001);
  EXPECT_GT(test.p_value, 0);
}

TEST(Dip, OfOneValueOrEqualOnesFindsNothing) {
  EXPECT_EQ(dip_test(std::vector{3.}).p_value, 1);
  EXPECT_EQ(dip_test(std::vector(20, 3.0)).p_value, 1);
}

TEST(Dip, IsTheSameForShiftedStretchedAndMirroredValues) {
  Random random(4);
  for (int trial = 0; trial < 20; ++trial) {
    const auto values = two_peaks(30, 4, random);
    std::vector<double> moved;
    for (const double value : values) moved.push_back(7 - 3 * value);
    EXPECT_NEAR(dip_test(values).dip, dip_test(moved).dip, 1e-12);
  }
}

// Of 50 samples each: one peak is hardly ever doubted, two that are apart are seen.
TEST(Dip, TellsTwoPeaksFromOne) {
  Random random(9);
  int doubted_count = 0;
  int skewed_count = 0;
  int found_count = 0;
  for (int trial = 0; trial < 50; ++trial) {
    if (dip_test(two_peaks(30, 0, random)).p_value <= 0.05) ++doubted_count;
    if (dip_test(two_peaks(30, 6, random)).p_value <= 0.05) ++found_count;
    auto skewed = two_peaks(30, 0, random);
    for (double& value : skewed) value = std::exp(value);
    if (dip_test(skewed).p_value <= 0.05) ++skewed_count;
  }
  EXPECT_LE(doubted_count, 3);
  EXPECT_LE(skewed_count, 3);
  EXPECT_GE(found_count, 35);
}

TEST(Dip, RefusesNothingAndWhatIsNotFinite) {
  EXPECT_THROW(dip_test({}), std::invalid_argument);
  EXPECT_THROW(dip_test(std::vector{1., std::nan("")}), std::invalid_argument);
}

}  // namespace
}  // namespace banco::stats
