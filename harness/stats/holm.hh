// Many tests at once: p-values made larger, so that the chance of any false alarm among them stays what one
// may have.
#pragma once

#include <span>
#include <vector>

namespace banco::stats {

// The adjusted p-values, in the order of `p_values`: reject those below the alarm ratio.
// Source: Holm, Scandinavian Journal of Statistics 6 (1979). Holds however the tests depend on each other.
// Throws std::invalid_argument for what is not between 0 and 1.
std::vector<double> holm_adjust(std::span<const double> p_values);

}  // namespace banco::stats
