#include "harness/stats/bootstrap.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <vector>

#include "harness/stats/checks.hh"
#include "harness/stats/distributions.hh"

namespace banco::stats {
namespace {

constexpr std::size_t kResampleCount = 10'000;

// Which part of the resamples lies below the interval of `count` values.
double lower_part(std::size_t count) {
  const double freedom = static_cast<double>(count) - 1;
  const double t = student_quantile((1 - kCoverageRatio) / 2, freedom);
  return normal_probability(t * std::sqrt(static_cast<double>(count) / freedom));
}

}  // namespace

Interval bootstrap_interval(std::span<const double> values, const Statistic& statistic, Random& random) {
  require_finite(values, "a bootstrap interval");
  if (values.size() < kLeastIntervalCount)
    throw std::invalid_argument(
        fmt::format("a bootstrap interval needs {} values, and there are {}: measure more blocks",
                    kLeastIntervalCount, values.size()));
  std::vector<double> resample(values.size());
  std::vector<double> outcomes(kResampleCount);
  for (double& outcome : outcomes) {
    for (double& value : resample) value = values[draw_index(random, values.size())];
    outcome = statistic(resample);
  }
  std::sort(outcomes.begin(), outcomes.end());
  const auto rank = static_cast<std::size_t>(lower_part(values.size()) * kResampleCount);
  return {
      .low = outcomes[rank], .high = outcomes[kResampleCount - 1 - rank], .coverage_ratio = kCoverageRatio};
}

}  // namespace banco::stats
