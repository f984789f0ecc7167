// Coin: yes or no with a given share of yes, each toss on its own or in runs.
//
// Theory of operation: a Markov chain of two states, which knows how likely a yes is after a no and after a
// yes. With a mean run of B yes, a run ends with probability 1/B (Gilbert's model of bursts); with a
// correlation c of neighbouring tosses, the next is yes with p + c(1 - p) after a yes and p(1 - c) after a
// no. In both, the share of yes is p exactly.
#pragma once

#include "impl/wire/random.hh"

namespace banco::wire {

class Coin {
 public:
  Coin() = default;  // always no

  static Coin independent(double ratio) noexcept { return {ratio, ratio, ratio}; }
  // Requires: has_runs(ratio, mean_run).
  static Coin in_runs(double ratio, double mean_run) noexcept;
  // `correlation` from 0 to 1, without 1.
  static Coin correlated(double ratio, double correlation) noexcept;
  // False when a share as high as `ratio` leaves runs no room to be as short as `mean_run`.
  static bool has_runs(double ratio, double mean_run) noexcept;

  bool toss(Random& random) noexcept;

 private:
  Coin(double first, double after_no, double after_yes) noexcept
      : chance_(first), after_no_(after_no), after_yes_(after_yes) {}

  double chance_ = 0;  // of the next toss; the first one knows of none before it
  double after_no_ = 0;
  double after_yes_ = 0;
};

}  // namespace banco::wire
