// The smallest change that the judge finds for sure on a machine, from noise that was recorded there: two
// arms that are the same, measured in the same blocks (A/A).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "harness/stats/judge.hh"
#include "harness/stats/random.hh"

namespace banco::stats {

// How a comparison will be judged.
struct CalibrationPlan {
  std::size_t block_count = 10;
  double margin_ratio = kMarginRatio;
  double alarm_ratio = kAlarmRatio;
  std::size_t metric_count = 1;  // judged together, of which one changed (Holm)
  double found_ratio =
      0.94;  // how often the change is to be found; its root when a second run must confirm it
};

struct Calibration {
  double noise = 0;  // root mean square of the log ratios: 0.07 is a noise of 5 % in each arm
  // As a ratio above 1 between the arms: 1.08 is 8 % more, and as well 7.4 % less. Nothing when so few blocks
  // call nothing a change, however large it is.
  std::optional<double> least_ratio;
  std::optional<double> formula_ratio;  // the same, were the noise normal: a check on the other
};

// `least_ratio` is simulated: 4,000 times `block_count` of the log ratios are drawn by `seed`, each with
// either sign since which of two equal arms is called head is arbitrary; for each draw it is found from which
// change on is_change says so. That a change multiplies values and leaves the noise of log ratios as it is,
// is assumed. `formula_ratio` is for the mean of normal log ratios to pass the margin, and Student's t its
// quantile (noncentral t by Johnson and Welch, Biometrika 31, 1940), both in `found_ratio` of cases. Throws
// std::invalid_argument below 6 log ratios, when one is not finite, and for a plan without blocks or metrics,
// or with ratios outside 0 … 1 or a negative margin.
Calibration calibrate(std::span<const double> noise_log_ratios, const CalibrationPlan& plan,
                      std::uint64_t seed = 1);

// So many of the log ratios, drawn with replacement and each with either sign: an A/A as it might have been
// as well.
std::vector<double> draw_noise(std::span<const double> noise_log_ratios, std::size_t block_count,
                               Random& random);

}  // namespace banco::stats
