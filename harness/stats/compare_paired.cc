#include "harness/stats/compare_paired.hh"

#include <fmt/format.h>

#include <cmath>
#include <stdexcept>

#include "harness/stats/bootstrap.hh"
#include "harness/stats/sign_flip.hh"
#include "harness/stats/summary.hh"

namespace banco::stats {

std::vector<double> log_ratios(std::span<const double> subject, std::span<const double> versus) {
  if (subject.empty() || subject.size() != versus.size())
    throw std::invalid_argument(fmt::format(
        "a paired comparison needs the same blocks of both arms, at least one, and there are {} and {}",
        subject.size(), versus.size()));
  std::vector<double> logs;
  for (std::size_t i = 0; i < subject.size(); ++i) {
    for (const double value : {subject[i], versus[i]})
      if (!std::isfinite(value) || value <= 0)
        throw std::invalid_argument(fmt::format(
            "a comparison by ratio needs finite values above 0, and there is {} in pair {}: compare by "
            "difference, or leave the pair out",
            value, i + 1));
    logs.push_back(std::log(subject[i]) - std::log(versus[i]));
  }
  return logs;
}

PairedComparison compare_paired(std::span<const double> subject, std::span<const double> versus,
                                std::uint64_t seed) {
  const auto logs = log_ratios(subject, versus);
  PairedComparison comparison;
  comparison.block_count = logs.size();
  comparison.ratio = std::exp(mean(logs));
  comparison.p_value = sign_flip_p_value(logs, seed);
  if (logs.size() >= kLeastIntervalCount) {
    Random random(seed);
    const Interval interval = bootstrap_interval(logs, mean, random);
    comparison.ratio_interval =
        Interval{std::exp(interval.low), std::exp(interval.high), interval.coverage_ratio};
  }
  return comparison;
}

}  // namespace banco::stats
