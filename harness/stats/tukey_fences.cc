#include "harness/stats/tukey_fences.hh"

#include <algorithm>
#include <vector>

#include "harness/stats/checks.hh"
#include "harness/stats/summary.hh"

namespace banco::stats {

TukeyFences tukey_fences(std::span<const double> values) {
  require_finite(values, "a pair of fences");
  std::vector<double> ordered(values.begin(), values.end());
  std::sort(ordered.begin(), ordered.end());
  const std::span<const double> whole(ordered);
  const std::size_t half = (whole.size() + 1) / 2;
  const double low = quantile(whole.first(half), 0.5);
  const double high = quantile(whole.last(half), 0.5);
  const double spread = high - low;
  return {.outer_low = low - 3 * spread,
          .inner_low = low - 1.5 * spread,
          .inner_high = high + 1.5 * spread,
          .outer_high = high + 3 * spread};
}

Place TukeyFences::place(double value) const {
  if (value < outer_low || value > outer_high) return Place::kFarOut;
  if (value < inner_low || value > inner_high) return Place::kOutside;
  return Place::kInside;
}

}  // namespace banco::stats
