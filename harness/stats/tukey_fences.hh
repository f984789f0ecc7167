// Which values lie far from the others. They are marked, and count like all: what is rare is measured too.
#pragma once

#include <span>

namespace banco::stats {

// Tukey's words: a value beyond the inner fences is outside, one beyond the outer fences far out.
enum class Place { kInside, kOutside, kFarOut };

// Inner fences lie 1.5, outer ones 3 times the distance of the hinges beyond them.
struct TukeyFences {
  double outer_low = 0;
  double inner_low = 0;
  double inner_high = 0;
  double outer_high = 0;

  Place place(double value) const;
};

// Hinges are the medians of the lower and the upper half, both with the median when the count is odd (R's
// fivenum). Below 5 values nothing can be outside. Source: Tukey, Exploratory Data Analysis (1977), sections
// 2C and 2D. Throws std::invalid_argument without values and when one is not finite.
TukeyFences tukey_fences(std::span<const double> values);

}  // namespace banco::stats
