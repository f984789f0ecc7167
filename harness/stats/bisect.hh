// Where a condition that only ever changes once does so: how quantiles and ends of intervals are found here.
#pragma once

#include <cmath>
#include <numeric>

namespace banco::stats {

// The least number above which `holds` holds, to `tolerance` (0: to the last bit). Requires: `holds` is false
// at `low`, true at `high`, and changes once between them.
template <typename Condition>
double bisect(double low, double high, double tolerance, Condition holds) {
  while (std::abs(high - low) > tolerance) {
    const double middle = std::midpoint(low, high);
    if (middle == low || middle == high) break;
    (holds(middle) ? high : low) = middle;
  }
  return high;
}

}  // namespace banco::stats
