// Where in a series, such as the nightly figures of one machine, something changed. Offered as candidates for
// a person to look at, never as verdicts: nothing here was compared within blocks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace banco::stats {

// No segment is shorter, so a series of less than two of them has no change points.
inline constexpr std::size_t kLeastSegmentCount = 6;

struct ChangePoint {
  std::size_t index = 0;  // the first value after the change
  double p_value = 1;     // of the split that found it; at most 1 %
};

// By E-divisive: the place that divides a segment into the two most different distributions (energy distance
// with the exponent 1) is a change point when at most 1 % of 199 shuffles within segments, drawn by `seed`,
// divide as well; then again within the segments on both sides. Ascending. Finds changes of level and of
// spread alike. Time grows with the square of the count: 200 values take a second. Source: Matteson and
// James, Journal of the American Statistical Association 109 (2014), arXiv 1306.4933. Throws
// std::invalid_argument when a value is not finite.
std::vector<ChangePoint> change_points(std::span<const double> values, std::uint64_t seed = 1);

}  // namespace banco::stats
