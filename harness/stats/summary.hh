// One arm of one metric summed up, and two arms compared within blocks: the arithmetic behind every
// figure and verdict that banco prints. Pure functions of numbers; nothing here knows what was measured.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace banco::stats {

struct Interval {
  double low = 0;
  double high = 0;
  double coverage_ratio = 0;  // actual confidence: 0.969 for min..max of 6
};

struct Summary {
  std::size_t count = 0;
  double median = 0;
  double mean = 0;
  double min = 0;
  double max = 0;
  double median_absolute_deviation = 0;     // unscaled
  double coefficient_of_variation = 0;      // sample standard deviation / |mean|; 0 when all are equal
  std::optional<Interval> median_interval;  // order statistics, coverage at least 95 %; absent below 6 values
};

// Requires: `values` not empty, all finite. Throws std::invalid_argument otherwise.
// Source: order-statistic interval from the binomial distribution (Hoefler and Belli, SC15).
Summary summarise(std::span<const double> values);

// The p-quantile (0..1), linear between order statistics (Hyndman and Fan, type 7).
double quantile(std::span<const double> values, double p);

// Two arms measured in the same blocks, value i of both in the same block, compared as ratios.
struct PairedComparison {
  std::size_t block_count = 0;
  double ratio = 0;                        // geometric mean of subject / versus
  std::optional<Interval> ratio_interval;  // 95 %, percentile bootstrap over blocks; absent below 6 blocks
  double p_value = 1;                      // two-sided exact sign-flip permutation test on log ratios
};

// The percentiles of the bootstrap are widened for few blocks (compare_paired.cc says by how much and why).
// Requires: equal lengths ≥ 1, ≤ 20 for the exact test (beyond, 2^20 random flips by `seed`), all values
// positive. Throws std::invalid_argument otherwise.
PairedComparison compare_paired(std::span<const double> subject, std::span<const double> versus,
                                std::uint64_t seed = 1);

}  // namespace banco::stats
