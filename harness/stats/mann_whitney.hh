// Two arms that share no blocks, such as a run and an old baseline: whether the one tends to be above the
// other.
//
// Weaker than comparing within blocks (compare_paired.hh), and worthless when the machine drifted between the
// two: only for values that nothing pairs.
#pragma once

#include <cstddef>
#include <span>

namespace banco::stats {

// Up to so many values in both arms together every division into arms is counted; beyond, the normal
// approximation.
inline constexpr std::size_t kExactMannWhitneyCount = 60;

// How many of the pairs (one value of each arm) have the greater value in `subject`; a tie is half a pair.
// Source: Mann and Whitney, Annals of Mathematical Statistics 18 (1947).
// Throws std::invalid_argument when an arm is empty or a value not finite.
double mann_whitney_u(std::span<const double> subject, std::span<const double> versus);

// The two-sided p-value: the part of all divisions of the values into arms of these sizes whose U is as far
// from the middle as that of these arms. Exact, with ties too; beyond kExactMannWhitneyCount values normal,
// with the corrections for ties and continuity. Throws as mann_whitney_u does. Source: Lehmann,
// Nonparametrics (1975), sections 1.2, 1.4 and appendix.
double mann_whitney_p_value(std::span<const double> subject, std::span<const double> versus);

}  // namespace banco::stats
