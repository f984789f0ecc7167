// What every function of this folder asks of its numbers.
#pragma once

#include <span>

namespace banco::stats {

// Throws std::invalid_argument when there is no value, or one is NaN or infinite; `what` begins the sentence:
// "a median".
void require_finite(std::span<const double> values, const char* what);

}  // namespace banco::stats
