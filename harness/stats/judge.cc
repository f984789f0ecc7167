#include "harness/stats/judge.hh"

#include <algorithm>
#include <cmath>
#include <functional>
#include <ranges>
#include <stdexcept>

#include "harness/stats/bootstrap.hh"
#include "harness/stats/distributions.hh"
#include "harness/stats/holm.hh"
#include "harness/stats/sign_flip.hh"
#include "harness/stats/summary.hh"

namespace banco::stats {
namespace {

constexpr std::size_t kMostFurtherBlocks = 1'000;

// How many blocks more until the rule decides, when mean and deviation stay what they are: the sign-flip test
// and the bootstrap replaced by Student's t, which they come close to.
std::optional<std::size_t> further_blocks(const std::vector<double>& logs, double margin_ratio,
                                          double alarm_ratio) {
  const std::size_t count = logs.size();
  const double margin = std::log1p(margin_ratio);
  const double distance = std::abs(mean(logs));
  const double deviation = standard_deviation(logs);
  const auto is_settled = [&](std::size_t block_count) {
    const auto half_width = [&](double outside_ratio) {
      const auto blocks = static_cast<double>(block_count);
      return student_quantile(1 - outside_ratio / 2, blocks - 1) * deviation / std::sqrt(blocks);
    };
    if (distance >= margin)
      return least_sign_flip_p_value(block_count) <= alarm_ratio && half_width(alarm_ratio) <= distance;
    return block_count >= kLeastIntervalCount && distance + half_width(0.05) < margin;
  };
  const auto candidates = std::views::iota(count + 1, count + kMostFurtherBlocks + 1);
  const auto settled = std::ranges::partition_point(candidates, std::not_fn(is_settled));
  if (settled == candidates.end()) return std::nullopt;
  return *settled - count;
}

bool is_not_worse(const PairedMetric& metric, const PairedComparison& comparison) {
  if (!comparison.ratio_interval) return false;
  if (metric.direction == Direction::kLowerIsBetter)
    return comparison.ratio_interval->high <= 1 + metric.margin_ratio;
  return comparison.ratio_interval->low >= 1 / (1 + metric.margin_ratio);
}

bool is_equivalent(const PairedMetric& metric, const PairedComparison& comparison) {
  return comparison.ratio_interval && comparison.ratio_interval->low >= 1 / (1 + metric.margin_ratio) &&
         comparison.ratio_interval->high <= 1 + metric.margin_ratio;
}

Verdict verdict_of(const PairedMetric& metric, const Judgement& judgement, double alarm_ratio) {
  const double log_ratio = std::log(judgement.comparison.ratio);
  if (is_change(log_ratio, judgement.adjusted_p_value, metric.margin_ratio, alarm_ratio))
    return (log_ratio > 0) == (metric.direction == Direction::kHigherIsBetter) ? Verdict::kBetter
                                                                               : Verdict::kWorse;
  return is_equivalent(metric, judgement.comparison) ? Verdict::kEquivalent : Verdict::kNotEnoughEvidence;
}

}  // namespace

bool is_change(double log_ratio, double adjusted_p_value, double margin_ratio, double alarm_ratio) {
  return std::abs(log_ratio) >= std::log1p(margin_ratio) && adjusted_p_value <= alarm_ratio;
}

std::vector<Judgement> judge(std::span<const PairedMetric> metrics, double alarm_ratio) {
  if (!(alarm_ratio > 0 && alarm_ratio < 1))
    throw std::invalid_argument("the ratio of false alarms must be between 0 and 1, such as 0.01");
  std::vector<Judgement> judgements;
  std::vector<double> p_values;
  for (const PairedMetric& metric : metrics) {
    if (!(std::isfinite(metric.margin_ratio) && metric.margin_ratio >= 0))
      throw std::invalid_argument("a margin must be a ratio of 0 or more, such as 0.05");
    Judgement judgement;
    judgement.comparison = compare_paired(metric.head, metric.base);
    judgement.superiority = superiority(metric.head, metric.base);
    p_values.push_back(judgement.comparison.p_value);
    judgements.push_back(judgement);
  }
  const auto adjusted = holm_adjust(p_values);
  for (std::size_t i = 0; i < metrics.size(); ++i) {
    Judgement& judgement = judgements[i];
    judgement.adjusted_p_value = adjusted[i];
    judgement.verdict = verdict_of(metrics[i], judgement, alarm_ratio);
    judgement.not_worse =
        judgement.verdict != Verdict::kWorse && is_not_worse(metrics[i], judgement.comparison);
    if (judgement.verdict == Verdict::kNotEnoughEvidence)
      judgement.further_block_count =
          further_blocks(log_ratios(metrics[i].head, metrics[i].base), metrics[i].margin_ratio,
                         alarm_ratio / static_cast<double>(metrics.size()));
  }
  return judgements;
}

}  // namespace banco::stats
