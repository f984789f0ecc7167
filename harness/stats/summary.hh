// One arm of one metric summed up. Like all of this folder, pure functions of numbers; nothing here knows
// what was measured.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "harness/stats/interval.hh"

namespace banco::stats {

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

// The p-quantile (0..1), linear between order statistics.
// Source: Hyndman and Fan, The American Statistician 50 (1996), type 7.
double quantile(std::span<const double> values, double p);

// Requires: `values` not empty.
double mean(std::span<const double> values);
// Of the sample: divided by n-1; 0 of a single value.
double standard_deviation(std::span<const double> values);

}  // namespace banco::stats
