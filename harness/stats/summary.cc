#include "harness/stats/summary.hh"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <vector>

#include "harness/stats/checks.hh"

namespace banco::stats {
namespace {

std::vector<double> sorted(std::span<const double> values) {
  require_finite(values, "a summary");
  std::vector<double> ordered(values.begin(), values.end());
  std::sort(ordered.begin(), ordered.end());
  return ordered;
}

double median_of_sorted(const std::vector<double>& ordered) {
  const std::size_t half = ordered.size() / 2;
  return ordered.size() % 2 == 1 ? ordered[half] : std::midpoint(ordered[half - 1], ordered[half]);
}

// The narrowest pair of symmetric ranks that covers the median often enough. How many values lie below the
// median is binomial (n, 1/2), so ranks r and n+1-r miss it with probability 2·P(fewer than r below).
std::optional<Interval> median_interval(const std::vector<double>& ordered) {
  const std::size_t count = ordered.size();
  double log_term = -static_cast<double>(count) * std::log(2.0);  // of P(exactly `rank` below)
  double tail = std::exp(log_term);                               // P(at most `rank` below)
  std::optional<Interval> interval;
  for (std::size_t rank = 0; 2 * rank + 1 < count && 1 - 2 * tail >= kCoverageRatio; ++rank) {
    interval =
        Interval{.low = ordered[rank], .high = ordered[count - 1 - rank], .coverage_ratio = 1 - 2 * tail};
    log_term += std::log(static_cast<double>(count - rank)) - std::log(static_cast<double>(rank + 1));
    tail += std::exp(log_term);
  }
  return interval;
}

// In long double, two passes for a deviation: values around 1e7 that differ in the eighth digit keep theirs.
long double precise_mean(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0L) / static_cast<long double>(values.size());
}

}  // namespace

Summary summarise(std::span<const double> values) {
  const std::vector<double> ordered = sorted(values);
  Summary summary;
  summary.count = ordered.size();
  summary.min = ordered.front();
  summary.max = ordered.back();
  summary.median = median_of_sorted(ordered);
  summary.median_interval = median_interval(ordered);

  std::vector<double> deviations;
  for (const double value : ordered) deviations.push_back(std::abs(value - summary.median));
  summary.median_absolute_deviation = median_of_sorted(sorted(deviations));

  summary.mean = mean(ordered);
  if (const double deviation = standard_deviation(ordered); deviation > 0)
    summary.coefficient_of_variation = deviation / std::abs(summary.mean);
  return summary;
}

double mean(std::span<const double> values) {
  return static_cast<double>(precise_mean(values));
}

double standard_deviation(std::span<const double> values) {
  if (values.size() < 2) return 0;
  const long double middle = precise_mean(values);
  long double square_sum = 0;
  for (const double value : values) square_sum += (value - middle) * (value - middle);
  return static_cast<double>(std::sqrt(square_sum / static_cast<long double>(values.size() - 1)));
}

double quantile(std::span<const double> values, double p) {
  if (!(p >= 0 && p <= 1)) throw std::invalid_argument("a quantile is asked for between 0 and 1");
  const std::vector<double> ordered = sorted(values);
  const double position = p * static_cast<double>(ordered.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const std::size_t above = std::min(below + 1, ordered.size() - 1);
  return std::lerp(ordered[below], ordered[above], position - static_cast<double>(below));
}

}  // namespace banco::stats
