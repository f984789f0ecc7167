// The dip by AS 217: from a modal interval that is everything, narrow it to where the greatest convex
// function below the distribution and the least concave one above it are furthest apart, as long as what that
// costs outside of the interval is less than that distance.
#include "harness/stats/dip.hh"

#include <algorithm>
#include <vector>

#include "harness/stats/checks.hh"
#include "harness/stats/random.hh"

namespace banco::stats {
namespace {

constexpr std::size_t kSampleCount = 2'000;

// The distribution as steps at distinct values, in counts: from `before` to `after`.
struct Step {
  double value;
  double before;
  double after;
};
using Steps = std::vector<Step>;
// Indices of the steps where a piecewise linear function bends, ascending.
using Knots = std::vector<std::size_t>;

Steps steps_of(std::span<const double> ordered) {
  Steps steps;
  for (std::size_t i = 0; i < ordered.size(); ++i) {
    if (i == 0 || ordered[i] != ordered[i - 1])
      steps.push_back({ordered[i], static_cast<double>(i), static_cast<double>(i)});
    steps.back().after += 1;
  }
  return steps;
}

// The line through two steps at a height of theirs, at `value`.
double line(const Steps& steps, double Step::*height, std::size_t from, std::size_t to, double value) {
  const double share = (value - steps[from].value) / (steps[to].value - steps[from].value);
  return steps[from].*height + share * (steps[to].*height - steps[from].*height);
}

// The hull of the points (value, height) of steps `low` to `high`: with sign 1 the greatest convex function
// below them, with -1 the least concave one above.
Knots hull(const Steps& steps, double Step::*height, double sign, std::size_t low, std::size_t high) {
  Knots knots;
  for (std::size_t i = low; i <= high; ++i) {
    while (knots.size() >= 2) {
      const auto last = knots.back();
      const double across = line(steps, height, knots[knots.size() - 2], i, steps[last].value);
      if (sign * (steps[last].*height - across) < 0) break;
      knots.pop_back();
    }
    knots.push_back(i);
  }
  return knots;
}

// A piecewise linear function at a step.
double at(const Steps& steps, double Step::*height, const Knots& knots, std::size_t step) {
  const auto right = std::ranges::lower_bound(knots, step);
  if (*right == step) return steps[step].*height;
  return line(steps, height, *(right - 1), *right, steps[step].value);
}

struct Gap {
  double size = 0;
  std::size_t low = 0;   // the last bend of the convex function up to there
  std::size_t high = 0;  // the first bend of the concave one from there on
};

// Where the two functions are furthest apart: at a bend of one of them.
Gap widest_gap(const Steps& steps, const Knots& convex, const Knots& concave) {
  Gap widest;
  const auto consider = [&](std::size_t step) {
    const double size = at(steps, &Step::after, concave, step) - at(steps, &Step::before, convex, step);
    if (size > widest.size)
      widest = {size, *(std::ranges::upper_bound(convex, step) - 1),
                *std::ranges::lower_bound(concave, step)};
  };
  for (const std::size_t step : convex) consider(step);
  for (const std::size_t step : concave) consider(step);
  return widest;
}

// In counts: twice the dip times the number of values.
double doubled_dip(const Steps& steps) {
  double dip = 1;
  std::size_t low = 0;
  std::size_t high = steps.size() - 1;
  while (low < high) {
    const Knots convex = hull(steps, &Step::before, 1, low, high);
    const Knots concave = hull(steps, &Step::after, -1, low, high);
    const Gap gap = widest_gap(steps, convex, concave);
    if (gap.size <= dip) break;
    double outside = dip;
    for (std::size_t step = low; step <= gap.low; ++step)
      outside = std::max(outside, steps[step].after - at(steps, &Step::before, convex, step));
    for (std::size_t step = gap.high; step <= high; ++step)
      outside = std::max(outside, at(steps, &Step::after, concave, step) - steps[step].before);
    dip = outside;
    if (gap.low == low && gap.high == high) break;
    low = gap.low;
    high = gap.high;
  }
  return dip;
}

double dip_of(std::vector<double>& values) {
  std::sort(values.begin(), values.end());
  return doubled_dip(steps_of(values)) / (2 * static_cast<double>(values.size()));
}

}  // namespace

DipTest dip_test(std::span<const double> values, std::uint64_t seed) {
  require_finite(values, "a dip test");
  std::vector<double> sample(values.begin(), values.end());
  DipTest test;
  test.dip = dip_of(sample);
  Random random(seed);
  std::size_t reached_count = 1;  // what was measured is one of the samples
  for (std::size_t i = 0; i < kSampleCount; ++i) {
    for (double& value : sample) value = draw_uniform(random);
    if (dip_of(sample) >= test.dip) ++reached_count;
  }
  test.p_value = static_cast<double>(reached_count) / (kSampleCount + 1);
  return test;
}

}  // namespace banco::stats
