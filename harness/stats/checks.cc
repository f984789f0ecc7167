#include "harness/stats/checks.hh"

#include <fmt/format.h>

#include <cmath>
#include <stdexcept>

namespace banco::stats {

void require_finite(std::span<const double> values, const char* what) {
  if (values.empty())
    throw std::invalid_argument(fmt::format("{} needs values, and there is none: measure first", what));
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isfinite(values[i]))
      throw std::invalid_argument(
          fmt::format("{} needs finite numbers, and value {} of {} is {}: leave it out", what, i + 1,
                      values.size(), values[i]));
}

}  // namespace banco::stats
