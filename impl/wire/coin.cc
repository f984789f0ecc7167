#include "impl/wire/coin.hh"

namespace banco::wire {

Coin Coin::in_runs(double ratio, double mean_run) noexcept {
  if (ratio >= 1) return independent(1);
  return {ratio, ratio / (mean_run * (1 - ratio)), 1 - 1 / mean_run};
}

Coin Coin::correlated(double ratio, double correlation) noexcept {
  return {ratio, ratio * (1 - correlation), ratio + correlation * (1 - ratio)};
}

bool Coin::has_runs(double ratio, double mean_run) noexcept {
  return mean_run >= 1 && (ratio >= 1 || ratio <= mean_run * (1 - ratio));
}

bool Coin::toss(Random& random) noexcept {
  if (chance_ <= 0 && after_no_ <= 0) return false;
  const bool yes = random.uniform() < chance_;
  chance_ = yes ? after_yes_ : after_no_;
  return yes;
}

}  // namespace banco::wire
