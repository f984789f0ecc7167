// Two arms measured in the same blocks, compared as ratios.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "harness/stats/interval.hh"

namespace banco::stats {

struct PairedComparison {
  std::size_t block_count = 0;
  double ratio = 0;  // geometric mean of subject / versus
  std::optional<Interval>
      ratio_interval;  // 95 %, bootstrap over blocks (bootstrap.hh); absent below 6 blocks
  double p_value = 1;  // two-sided sign-flip test on log ratios (sign_flip.hh)
};

// The natural logarithm of subject / versus in each block; value i of both is from the same block.
// Throws std::invalid_argument unless both have the same length ≥ 1 and all values are finite and above 0.
std::vector<double> log_ratios(std::span<const double> subject, std::span<const double> versus);

// Of log ratios within blocks; `seed` is that of the resampling. Throws as log_ratios does.
// Source: ratios of geometric means, Fleming and Wallace, Communications of the ACM 29 (1986).
PairedComparison compare_paired(std::span<const double> subject, std::span<const double> versus,
                                std::uint64_t seed = 1);

}  // namespace banco::stats
