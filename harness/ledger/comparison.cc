#include "harness/ledger/comparison.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "harness/ledger/words.hh"
#include "harness/stats/compare_paired.hh"
#include "harness/stats/summary.hh"

namespace banco::ledger {
namespace {

constexpr std::size_t kLeastBlockCount = 6;  // fewer have no 95 % interval (stats/summary.hh)
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// What hinders an interval; empty when nothing does.
std::string shortage(const Pairs& pairs) {
  if (pairs.subject.empty()) return pairs.left_out;
  if (pairs.subject.size() < kLeastBlockCount)
    return fmt::format("{}; a 95 % interval needs {}", blocks_text(pairs), kLeastBlockCount);
  return "";
}

Finding not_enough(std::string evidence) {
  return {Verdict::kNotEnoughEvidence, std::move(evidence)};
}

// "vde: 349 Mbit/s → bridge: 1.29 Gbit/s": what was compared with what, medians over blocks.
std::string sides_text(const Side& subject, const Side& versus, const Pairs& pairs) {
  const auto side_text = [&](const Side& side, const std::vector<double>& values) {
    auto name = subject.axes == versus.axes ? "" : cell_text(side.axes);
    if (subject.metric != versus.metric) name += (name.empty() ? "" : ", ") + side.metric;
    return fmt::format("{}: {}", name, format_value(stats::quantile(values, 0.5), pairs.unit));
  };
  return fmt::format("{} → {}", side_text(versus, pairs.versus), side_text(subject, pairs.subject));
}

Finding judge_difference(const Side& subject, const Side& versus, const Pairs& pairs) {
  std::vector<double> differences;
  for (std::size_t i = 0; i < pairs.subject.size(); ++i)
    differences.push_back(pairs.subject[i] - pairs.versus[i]);
  const auto medians = sides_text(subject, versus, pairs);
  if (!std::ranges::all_of(differences, [](double value) { return std::isfinite(value); }))
    return not_enough(medians + ": the difference is too large to be computed");
  const auto summary = stats::summarise(differences);
  const auto& interval = summary.median_interval.value();
  return {place(interval, {0, kInfinity, true}),
          fmt::format("{}, difference {} ({} to {}; no ratio, since a block has a 0), {}", medians,
                      format_value(summary.median, pairs.unit), format_value(interval.low, pairs.unit),
                      format_value(interval.high, pairs.unit), blocks_text(pairs))};
}

}  // namespace

Verdict place(const stats::Interval& interval, const Range& range) {
  const bool is_above_low = range.open_low ? interval.low > range.low : interval.low >= range.low;
  if (is_above_low && interval.high <= range.high) return Verdict::kHolds;
  if (interval.high < range.low || interval.low > range.high) return Verdict::kDoesNotHold;
  return Verdict::kNotEnoughEvidence;
}

Finding judge_ratio(const Side& subject, const Side& versus, Pairs pairs, const Range& range, double scale) {
  if (const auto reason = shortage(pairs); !reason.empty()) return not_enough(reason);
  const auto medians = sides_text(subject, versus, pairs);
  long zero_count = 0;
  for (std::size_t i = 0; i < pairs.subject.size(); ++i) {
    if (pairs.subject[i] == 0 && pairs.versus[i] == 0)
      pairs.subject[i] = pairs.versus[i] = 1;
    else if (pairs.subject[i] <= 0 || pairs.versus[i] <= 0)
      ++zero_count;
  }
  if (zero_count > 0)
    return not_enough(fmt::format("{}: no ratio, since one side is 0 or less in {} of {}", medians,
                                  zero_count, blocks_text(pairs)));
  const auto comparison = stats::compare_paired(pairs.subject, pairs.versus);
  const stats::Interval interval{comparison.ratio_interval.value().low * scale,
                                 comparison.ratio_interval.value().high * scale};
  const double ratio = comparison.ratio * scale;
  if (!std::isfinite(ratio) || !std::isfinite(interval.low) || !std::isfinite(interval.high))
    return not_enough(medians + ": the ratio is too large to be computed");
  return {place(interval, range), fmt::format("{}, ratio {}{:.3g} ({:.3g}–{:.3g}), {}", medians,
                                              scale == 1 ? "" : "over that of the axis ", ratio, interval.low,
                                              interval.high, blocks_text(pairs))};
}

Finding judge_order(const Side& subject, const Side& versus, const Pairs& pairs) {
  if (const auto reason = shortage(pairs); !reason.empty()) return not_enough(reason);
  const auto has_zero = [](const std::vector<double>& values) {
    return std::ranges::any_of(values, [](double value) { return value <= 0; });
  };
  if (has_zero(pairs.subject) || has_zero(pairs.versus)) return judge_difference(subject, versus, pairs);
  return judge_ratio(subject, versus, pairs, {1, kInfinity, true});
}

Finding judge_limit(const Side& side, const Pairs& pairs, double limit) {
  if (const auto reason = shortage(pairs); !reason.empty()) return not_enough(reason);
  const auto summary = stats::summarise(pairs.subject);
  const auto& interval = summary.median_interval.value();
  return {place(interval, {-kInfinity, limit}),
          fmt::format("{}: {} ({} to {}), limit {}, {}", cell_text(side.axes),
                      format_value(summary.median, pairs.unit), format_value(interval.low, pairs.unit),
                      format_value(interval.high, pairs.unit), format_value(limit, pairs.unit),
                      blocks_text(pairs))};
}

std::string blocks_text(const Pairs& pairs) {
  const auto used_count = static_cast<long>(pairs.subject.size());
  if (used_count == pairs.block_count) return count_text(used_count, "block");
  return fmt::format("{} of {}, others left out ({})", used_count, count_text(pairs.block_count, "block"),
                     pairs.left_out);
}

}  // namespace banco::ledger
