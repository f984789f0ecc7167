#include "harness/stats/superiority.hh"

#include <cmath>

#include "harness/stats/bisect.hh"
#include "harness/stats/distributions.hh"
#include "harness/stats/mann_whitney.hh"

namespace banco::stats {
namespace {

// The least probability from which `estimate` is no further than chance takes it, for arms of these sizes.
double lower_end(double estimate, double subject_count, double versus_count) {
  if (estimate <= 0) return 0;
  const double z = normal_quantile((1 + kCoverageRatio) / 2);
  const double others = (subject_count + versus_count) / 2 - 1;
  return bisect(0, estimate, 0, [&](double p) {
    const double variance =
        p * (1 - p) * (1 + others * ((1 - p) / (2 - p) + p / (1 + p))) / (subject_count * versus_count);
    return estimate - p <= z * std::sqrt(variance);
  });
}

}  // namespace

Superiority superiority(std::span<const double> subject, std::span<const double> versus) {
  const auto subject_count = static_cast<double>(subject.size());
  const auto versus_count = static_cast<double>(versus.size());
  const double probability = mann_whitney_u(subject, versus) / (subject_count * versus_count);
  return {.probability = probability,
          .interval = {.low = lower_end(probability, subject_count, versus_count),
                       .high = 1 - lower_end(1 - probability, subject_count, versus_count),
                       .coverage_ratio = kCoverageRatio}};
}

}  // namespace banco::stats
