#include "harness/stats/random.hh"

#include <cmath>
#include <numbers>

namespace banco::stats {

double draw_normal(Random& random) {
  const double radius = std::sqrt(-2 * std::log(draw_uniform(random)));
  return radius * std::cos(2 * std::numbers::pi * draw_uniform(random));
}

}  // namespace banco::stats
