// How often one arm is above the other: an effect size that means the same for every form of noise, and that
// two peaks do not mislead as they do a mean or a median.
#pragma once

#include <span>

#include "harness/stats/interval.hh"

namespace banco::stats {

struct Superiority {
  double probability = 0.5;  // that a value of `subject` is above one of `versus`, ties counted half
  Interval interval;         // 95 %
};

// U / (n·m) with its score interval, which stays within 0 and 1 and has a width when all of one arm is above
// the other. Source: Newcombe, Statistics in Medicine 25 (2006), pages 543 (measure) and 559 (interval,
// method 5). Throws std::invalid_argument when an arm is empty or a value not finite.
Superiority superiority(std::span<const double> subject, std::span<const double> versus);

}  // namespace banco::stats
