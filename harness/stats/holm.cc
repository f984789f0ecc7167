#include "harness/stats/holm.hh"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <stdexcept>

namespace banco::stats {

std::vector<double> holm_adjust(std::span<const double> p_values) {
  for (const double p : p_values)
    if (!(p >= 0 && p <= 1))
      throw std::invalid_argument(fmt::format("{} is no p-value: those are between 0 and 1", p));
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return p_values[i]; });
  std::vector<double> adjusted(p_values.size());
  double greatest = 0;
  for (std::size_t step = 0; step < order.size(); ++step) {
    greatest = std::max(greatest, static_cast<double>(order.size() - step) * p_values[order[step]]);
    adjusted[order[step]] = std::min(1.0, greatest);
  }
  return adjusted;
}

}  // namespace banco::stats
