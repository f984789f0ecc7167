#include "harness/stats/calibration.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "harness/stats/bisect.hh"
#include "harness/stats/bootstrap.hh"
#include "harness/stats/checks.hh"
#include "harness/stats/distributions.hh"
#include "harness/stats/sign_flip.hh"
#include "harness/stats/summary.hh"

namespace banco::stats {
namespace {

constexpr std::size_t kTrialCount = 4'000;
constexpr double kToleranceRatio = 1e-3;  // of the noise: how closely a threshold is found

void require_plan(const CalibrationPlan& plan) {
  const auto is_ratio = [](double ratio) { return ratio > 0 && ratio < 1; };
  if (plan.block_count == 0 || plan.metric_count == 0 || !is_ratio(plan.alarm_ratio) ||
      !is_ratio(plan.found_ratio) || !(std::isfinite(plan.margin_ratio) && plan.margin_ratio >= 0))
    throw std::invalid_argument(
        "a calibration needs blocks and metrics, a margin of 0 or more, and ratios of alarms and of what is "
        "found between "
        "0 and 1");
}

// The least log change from which on a draw of noise is called a change. Requires that equal signs are.
double threshold_of(const std::vector<double>& noise, const CalibrationPlan& plan, double tolerance) {
  const auto is_found = [&](double change) {
    std::vector<double> changed(noise);
    for (double& log_ratio : changed) log_ratio += change;
    const double p = static_cast<double>(plan.metric_count) * sign_flip_p_value(changed);
    return is_change(mean(changed), p, plan.margin_ratio, plan.alarm_ratio);
  };
  // Rounding may leave the mean a bit below the margin, hence one tolerance more.
  const double beyond_margin = std::log1p(plan.margin_ratio) - mean(noise) + tolerance;
  if (is_found(beyond_margin)) return beyond_margin;
  const double equal_signs = std::max(beyond_margin, -std::ranges::min(noise)) + tolerance;
  return bisect(beyond_margin, equal_signs, tolerance, is_found);
}

double formula_threshold(double noise, const CalibrationPlan& plan) {
  const auto count = static_cast<double>(plan.block_count);
  const double error = noise / std::sqrt(count);
  const double z = normal_quantile(plan.found_ratio);
  const double t =
      student_quantile(1 - plan.alarm_ratio / static_cast<double>(plan.metric_count) / 2, count - 1);
  return std::max(std::log1p(plan.margin_ratio) + z * error,
                  (t + z * std::sqrt(1 + t * t / (2 * (count - 1)))) * error);
}

}  // namespace

std::vector<double> draw_noise(std::span<const double> noise_log_ratios, std::size_t block_count,
                               Random& random) {
  std::vector<double> drawn(block_count);
  for (double& log_ratio : drawn) {
    log_ratio = noise_log_ratios[draw_index(random, noise_log_ratios.size())];
    if ((random() >> 63) != 0) log_ratio = -log_ratio;
  }
  return drawn;
}

Calibration calibrate(std::span<const double> noise_log_ratios, const CalibrationPlan& plan,
                      std::uint64_t seed) {
  require_finite(noise_log_ratios, "a calibration");
  require_plan(plan);
  if (noise_log_ratios.size() < kLeastIntervalCount)
    throw std::invalid_argument(
        fmt::format("a calibration needs noise of {} blocks, and there are {}: measure more",
                    kLeastIntervalCount, noise_log_ratios.size()));
  double square_sum = 0;
  for (const double log_ratio : noise_log_ratios) square_sum += log_ratio * log_ratio;
  Calibration calibration;
  calibration.noise = std::sqrt(square_sum / static_cast<double>(noise_log_ratios.size()));
  if (static_cast<double>(plan.metric_count) * least_sign_flip_p_value(plan.block_count) > plan.alarm_ratio)
    return calibration;
  Random random(seed);
  std::vector<double> thresholds(kTrialCount);
  for (double& threshold : thresholds)
    threshold = threshold_of(draw_noise(noise_log_ratios, plan.block_count, random), plan,
                             kToleranceRatio * calibration.noise);
  calibration.least_ratio = std::exp(quantile(thresholds, plan.found_ratio));
  calibration.formula_ratio = std::exp(formula_threshold(calibration.noise, plan));
  return calibration;
}

}  // namespace banco::stats
