#include "harness/stats/change_points.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>
#include <vector>

#include "harness/stats/random.hh"

namespace banco::stats {
namespace {

struct Stretch {
  std::size_t count;
  double level;
  double deviation;
};

std::vector<double> series(const std::vector<Stretch>& stretches, Random& random) {
  std::vector<double> values;
  for (const Stretch& stretch : stretches)
    for (std::size_t i = 0; i < stretch.count; ++i)
      values.push_back(stretch.level + stretch.deviation * draw_normal(random));
  return values;
}

std::vector<std::size_t> indices(const std::vector<double>& values, std::uint64_t seed = 1) {
  std::vector<std::size_t> found;
  for (const ChangePoint& point : change_points(values, seed)) found.push_back(point.index);
  return found;
}

TEST(ChangePoints, AreWhereTheLevelChanges) {
  Random random(1);
  const auto values = series({{20, 100, 2}, {15, 110, 2}, {25, 104, 2}}, random);
  EXPECT_THAT(indices(values), testing::ElementsAre(20, 35));
  for (const ChangePoint& point : change_points(values)) EXPECT_LE(point.p_value, 0.01);
}

TEST(ChangePoints, AreWhereTheSpreadChanges) {
  Random random(2);
  const auto found = indices(series({{40, 100, 1}, {40, 100, 12}}, random));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NEAR(static_cast<double>(found[0]), 40, 3);
}

TEST(ChangePoints, AreFoundThoughTheChangeGoesAwayAgain) {
  Random random(3);
  EXPECT_THAT(indices(series({{30, 50, 1}, {8, 60, 1}, {30, 50, 1}}, random)), testing::ElementsAre(30, 38));
}

TEST(ChangePoints, OfNoiseAreAsRareAsTheAlarmRatioSays) {
  Random random(4);
  int found_count = 0;
  for (int trial = 0; trial < 100; ++trial)
    if (!indices(series({{20, 100, 5}}, random), random()).empty()) ++found_count;
  EXPECT_LE(found_count, 5);
}

TEST(ChangePoints, DoNotDependOnUnitOrDirection) {
  Random random(5);
  const auto values = series({{14, 3, 1}, {12, 9, 1}}, random);
  std::vector<double> moved;
  for (const double value : values) moved.push_back(1e6 - 1000 * value);
  EXPECT_EQ(indices(values), indices(moved));
  EXPECT_THAT(indices(values), testing::ElementsAre(14));
}

TEST(ChangePoints, NeedTwoSegments) {
  std::vector<double> values(kLeastSegmentCount, 1.0);
  values.insert(values.end(), kLeastSegmentCount - 1, 100.0);
  EXPECT_TRUE(indices(values).empty());
  values.push_back(100);
  EXPECT_THAT(indices(values), testing::ElementsAre(kLeastSegmentCount));
  EXPECT_TRUE(indices({}).empty());
  EXPECT_TRUE(indices({1}).empty());
  EXPECT_TRUE(indices(std::vector(40, 7.0)).empty());
}

TEST(ChangePoints, RefuseWhatIsNotFinite) {
  EXPECT_THROW(change_points(std::vector{1., std::nan("")}), std::invalid_argument);
}

}  // namespace
}  // namespace banco::stats
