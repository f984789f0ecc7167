// Whether head is better or worse than base, by blocks that both were measured in: the rule behind every
// verdict.
//
// Each metric has a margin: what differs by less does not matter to whoever asks. With M = 1 + margin_ratio,
// the ratio head / base (geometric mean over blocks) and its 95 % interval, and p adjusted by Holm over all
// metrics judged together:
//
//   better, worse          ratio at or beyond M or 1/M, and p ≤ alarm_ratio
//   equivalent             otherwise, when the whole interval lies within 1/M … M
//   not enough evidence    otherwise
//
// So both ways of being wrong are bounded. Were head the same as base, any of its metrics would be called
// better or worse in at most `alarm_ratio` (1 %) of comparisons, whatever the form of the noise; and what is
// called equivalent differs by more than the margin in at most 1 of 20. A change of exactly the margin is
// called worse half of the time, once there are blocks enough: give as margin what does not matter, and ask
// calibration.hh which change is found for sure. That the interval lie wholly beyond M before something is
// called worse would be too blunt: with 5 % noise, 10 blocks and a margin of 5 % it misses three of four
// changes by 8 %.
//
// Confirmation on fresh boots is two calls, with other blocks; both must say worse.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "harness/stats/compare_paired.hh"
#include "harness/stats/superiority.hh"

namespace banco::stats {

inline constexpr double kAlarmRatio = 0.01;
inline constexpr double kMarginRatio = 0.05;

enum class Direction { kHigherIsBetter, kLowerIsBetter };
enum class Verdict { kBetter, kWorse, kEquivalent, kNotEnoughEvidence };

// One metric of base and head; value i of both is from the same block.
struct PairedMetric {
  std::span<const double> base;
  std::span<const double> head;
  Direction direction = Direction::kHigherIsBetter;
  double margin_ratio = kMarginRatio;
};

struct Judgement {
  Verdict verdict = Verdict::kNotEnoughEvidence;
  PairedComparison comparison;  // head / base; its p-value is not adjusted
  double adjusted_p_value = 1;
  Superiority superiority;  // of head over base as numbers, whichever direction is better
  bool not_worse = false;   // not inferior: the whole interval is on the good side of the margin's bad end
  // Of what lacks evidence: how many blocks more would settle it if they looked like those so far; nothing
  // when no thousand would, since the ratio lies at the margin or the noise is too large. 0 of what is
  // settled.
  std::optional<std::size_t> further_block_count = 0;
};

// One judgement for each metric, in their order.
// Throws std::invalid_argument for values that have no ratio (log_ratios), a negative margin, and an alarm
// ratio outside 0 … 1.
std::vector<Judgement> judge(std::span<const PairedMetric> metrics, double alarm_ratio = kAlarmRatio);

// The rule for better and worse, on the mean of the log ratios: what calibration.hh finds the power of.
bool is_change(double log_ratio, double adjusted_p_value, double margin_ratio, double alarm_ratio);

}  // namespace banco::stats
