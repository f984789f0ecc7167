// The test that verdicts rest on: were two arms alike, the difference of each block would be as likely with
// the other sign, since the order of the arms within a block is drawn. It needs no assumption about the form
// of the noise.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace banco::stats {

// Up to so many differences every one of the 2^n choices of signs is counted; beyond, a sample of them.
inline constexpr std::size_t kExactSignFlipCount = 40;

// The two-sided p-value: the part of all choices of signs whose sum is as far from 0 as that of
// `differences`, or further. Exact up to kExactSignFlipCount; beyond, (1+k)/(1+2^18) where k of 2^18 choices
// drawn by `seed` are, so that it is never 0. A difference of 0 has no sign and changes nothing. Source:
// Fisher, The Design of Experiments (1935), section 21; the 1+ of Davison and Hinkley, Bootstrap Methods and
// their Application (1997), section 4.2.
// Throws std::invalid_argument without differences and when one is not finite.
double sign_flip_p_value(std::span<const double> differences, std::uint64_t seed = 1);

// The least p-value that `count` differences can have: all of one sign. Requires: count ≥ 1.
double least_sign_flip_p_value(std::size_t count);

}  // namespace banco::stats
