#include "harness/stats/calibration.hh"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <stdexcept>
#include <vector>

#include "harness/stats/distributions.hh"
#include "harness/stats/summary.hh"

namespace banco::stats {
namespace {

// The log ratios of two arms with normal noise, as its quantiles have it: 200 without chance.
std::vector<double> normal_noise(double noise_of_an_arm) {
  std::vector<double> noise;
  for (int i = 0; i < 200; ++i)
    noise.push_back(noise_of_an_arm * std::numbers::sqrt2 * normal_quantile((i + 0.5) / 200));
  return noise;
}

// How often the judge itself calls head worse that is `ratio` times slower.
double found_ratio(const std::vector<double>& noise, std::size_t block_count, double ratio, int trial_count) {
  Random random(99);
  int found_count = 0;
  for (int trial = 0; trial < trial_count; ++trial) {
    const std::vector<double> base(block_count, 100.0);
    std::vector<double> head;
    for (const double log_ratio : draw_noise(noise, block_count, random))
      head.push_back(100 * std::exp(log_ratio) / ratio);
    if (judge(std::vector{PairedMetric{base, head}}).front().verdict == Verdict::kWorse) ++found_count;
  }
  return found_count / static_cast<double>(trial_count);
}

TEST(Calibration, NamesTheChangeThatTheJudgeFinds) {
  constexpr int kTrials = 300;
  for (const std::size_t block_count : {12U, 20U}) {
    const auto noise = normal_noise(0.05);
    const auto calibration = calibrate(noise, {.block_count = block_count});
    ASSERT_TRUE(calibration.least_ratio && calibration.formula_ratio);
    // 2 points, and 2 deviations of 300 trials.
    EXPECT_NEAR(found_ratio(noise, block_count, *calibration.least_ratio, kTrials), 0.94, 0.02 + 0.027)
        << block_count;
    EXPECT_NEAR(*calibration.formula_ratio, *calibration.least_ratio, 0.008) << block_count;
  }
}

// At 5 % noise 8 % need some 20 blocks, with a margin of 5 %.
TEST(Calibration, HasTheFiguresThatPlansAreMadeWith) {
  const auto calibration = calibrate(normal_noise(0.05), {.block_count = 20});
  EXPECT_NEAR(calibration.noise, 0.05 * std::numbers::sqrt2, 0.001);
  EXPECT_NEAR(*calibration.least_ratio, 1.08, 0.005);
}

TEST(Calibration, FindsLessTheFewerBlocksAndTheMoreMetrics) {
  const auto noise = normal_noise(0.05);
  const double plain = *calibrate(noise, {.block_count = 12}).least_ratio;
  EXPECT_GT(*calibrate(noise, {.block_count = 10}).least_ratio, plain);
  EXPECT_LT(*calibrate(noise, {.block_count = 16}).least_ratio, plain);
  EXPECT_GT(*calibrate(noise, {.block_count = 12, .metric_count = 10}).least_ratio, plain);
  EXPECT_GT(*calibrate(noise, {.block_count = 12, .margin_ratio = 0.1}).least_ratio, plain);
  EXPECT_GT(*calibrate(noise, {.block_count = 12, .found_ratio = 0.99}).least_ratio, plain);
  EXPECT_LT(*calibrate(normal_noise(0.02), {.block_count = 12}).least_ratio, plain);
}

// Seven blocks reach p = 1/64 at best, so nothing is found, however large.
TEST(Calibration, NamesNoChangeWhereNoneCanBeFound) {
  EXPECT_FALSE(calibrate(normal_noise(0.05), {.block_count = 7}).least_ratio);
  EXPECT_TRUE(calibrate(normal_noise(0.05), {.block_count = 8}).least_ratio);
  EXPECT_FALSE(calibrate(normal_noise(0.05), {.block_count = 8, .metric_count = 2}).least_ratio);
}

// Noise of which head got more than base, by chance: it might as well have been base.
TEST(Calibration, DoesNotCareWhichArmIsCalledHead) {
  std::vector<double> noise;
  for (const double log_ratio : normal_noise(0.05)) noise.push_back(0.04 + std::abs(log_ratio));
  std::vector<double> swapped;
  for (const double log_ratio : noise) swapped.push_back(-log_ratio);
  EXPECT_NEAR(*calibrate(noise, {}).least_ratio, *calibrate(swapped, {}).least_ratio, 0.01);
}

TEST(Calibration, OfNoNoiseIsTheMargin) {
  const auto calibration = calibrate(std::vector(10, 0.0), {.block_count = 10});
  EXPECT_EQ(calibration.noise, 0);
  EXPECT_NEAR(*calibration.least_ratio, 1.05, 1e-9);
  EXPECT_NEAR(*calibration.formula_ratio, 1.05, 1e-9);
}

TEST(Calibration, DependsOnTheSeedAlone) {
  const auto noise = normal_noise(0.05);
  EXPECT_EQ(calibrate(noise, {}, 1).least_ratio, calibrate(noise, {}, 1).least_ratio);
  EXPECT_NE(calibrate(noise, {}, 1).least_ratio, calibrate(noise, {}, 2).least_ratio);
}

TEST(Calibration, RefusesWhatItCannotUse) {
  const auto noise = normal_noise(0.05);
  EXPECT_THROW(calibrate({}, {}), std::invalid_argument);
  EXPECT_THROW(calibrate(std::vector(5, 0.1), {}), std::invalid_argument);
  EXPECT_THROW(calibrate(std::vector(6, std::nan("")), {}), std::invalid_argument);
  EXPECT_THROW(calibrate(noise, {.block_count = 0}), std::invalid_argument);
  EXPECT_THROW(calibrate(noise, {.margin_ratio = -1}), std::invalid_argument);
  EXPECT_THROW(calibrate(noise, {.alarm_ratio = 0}), std::invalid_argument);
  EXPECT_THROW(calibrate(noise, {.metric_count = 0}), std::invalid_argument);
  EXPECT_THROW(calibrate(noise, {.found_ratio = 1}), std::invalid_argument);
}

}  // namespace
}  // namespace banco::stats
