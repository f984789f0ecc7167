// How far a statistic would be elsewhere, had chance chosen other blocks: the bootstrap.
#pragma once

#include <cstddef>
#include <functional>
#include <span>

#include "harness/stats/interval.hh"
#include "harness/stats/random.hh"

namespace banco::stats {

// Fewer values cannot give 95 %: see summary.hh.
inline constexpr std::size_t kLeastIntervalCount = 6;

// Of values in any order; called once for each resample.
using Statistic = std::function<double(std::span<const double>)>;

// The 95 % interval of `statistic` by percentiles of 10,000 resamples of `values`, deterministic for a state
// of `random`.
//
// The percentiles are those of Hesterberg's "expanded percentile" interval. At 2.5 % that of a mean would
// cover 86 % at 6 values and 90 % at 10 in place of 95 % (normal noise, 3,000 trials), since resampling
// divides by n where the sample deviation divides by n-1, and knows no Student t; this one covers 93 % and 95
// %. BCa was not taken: its corrections are estimated from the values too, and need more of them than a run
// has blocks. Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13; Hesterberg,
// The American Statistician 69 (2015), section 5.3. Throws std::invalid_argument below 6 values and when one
// is not finite.
Interval bootstrap_interval(std::span<const double> values, const Statistic& statistic, Random& random);

}  // namespace banco::stats
