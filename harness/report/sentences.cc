// Chooses what is worth a sentence and says no more than the numbers allow.
#include "harness/report/sentences.hh"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "harness/report/format.hh"
#include "harness/report/words.hh"
#include "harness/stats/compare_paired.hh"

namespace banco::report {
namespace {

// The cells that differ only in their arm: those at the greatest value of `along` that was measured.
std::vector<const CellSummary*> cells_to_compare(const Results& results, const std::string& metric) {
  std::optional<double> greatest;
  const auto position = [&](const CellSummary& summary) -> std::optional<double> {
    if (summary.tainted || !summary.metrics.contains(metric)) return std::nullopt;
    if (results.along.empty()) return 0;
    const auto value = summary.cell.find(results.along);
    return value == summary.cell.end() ? std::nullopt : parse_number(value->second);
  };
  for (const auto& summary : results.cells) {
    const auto at = position(summary);
    if (at && (!greatest || *at > *greatest)) greatest = at;
  }
  std::vector<const CellSummary*> chosen;
  for (const auto& summary : results.cells) {
    const auto at = position(summary);
    if (at && at == greatest) chosen.push_back(&summary);
  }
  return chosen;
}

std::string compare_words(const Results& results, const std::string& metric, const CellSummary& best,
                          const CellSummary& other) {
  const auto name = arm_name(results, other.cell);
  const auto of_best = samples_by_block(results, best.cell, metric);
  const auto of_other = samples_by_block(results, other.cell, metric);
  std::vector<double> subject;
  std::vector<double> versus;
  for (const auto& [block, sample] : of_best) {
    const auto found = of_other.find(block);
    if (found == of_other.end() || !measure::contradiction(found->second->key, sample->key).empty()) continue;
    if (sample->value <= 0 || found->second->value <= 0) continue;
    subject.push_back(sample->value);
    versus.push_back(found->second->value);
  }
  if (subject.empty())
    return fmt::format("not comparable with {} (no block has both, alike and above 0)", name);
  const auto compared = stats::compare_paired(subject, versus);
  const auto ratio = format_ratio(compared.ratio);
  const auto blocks = count_of(static_cast<long>(compared.block_count), "block");
  if (!compared.ratio_interval) return fmt::format("{} {} (only {}: no interval)", ratio, name, blocks);
  const auto& interval = *compared.ratio_interval;
  const auto scale = choose_scale("", interval.high);
  const auto range = fmt::format("95 % interval {} to {}, {}", scale.number(interval.low),
                                 scale.number(interval.high), blocks);
  if (interval.low <= 1 && interval.high >= 1) return fmt::format("not to be told from {} ({})", name, range);
  return fmt::format("{} {} ({})", ratio, name, range);
}

std::string verb_of(ledger::Verdict verdict, int count) {
  switch (verdict) {
    case ledger::Verdict::kHolds:
      return count == 1 ? "holds" : "hold";
    case ledger::Verdict::kDoesNotHold:
      return count == 1 ? "does not hold" : "do not hold";
    case ledger::Verdict::kNotEnoughEvidence:
      return count == 1 ? "lacks evidence" : "lack evidence";
    case ledger::Verdict::kCannotBeTriedHere:
      return "cannot be tried here";
    case ledger::Verdict::kNotBuiltYet:
      return count == 1 ? "is not built yet" : "are not built yet";
  }
  return "";
}

}  // namespace

std::string comparison_sentence(const Results& results) {
  const auto metric = headline_metric(results);
  if (metric.empty()) return "";
  auto cells = cells_to_compare(results, metric);
  if (cells.size() < 2) return "";
  const auto median = [&](const CellSummary* summary) { return summary->metrics.at(metric).median; };
  std::ranges::stable_sort(cells, {}, median);
  const bool higher_is_better = is_higher_better(metric);
  if (higher_is_better) std::ranges::reverse(cells);
  std::vector<std::string> others;
  for (auto other = cells.rbegin(); other + 1 != cells.rend() && others.size() < 3; ++other) {
    others.push_back(compare_words(results, metric, *cells.front(), **other));
  }
  const auto unit = std::ranges::find(results.metrics, metric, &Metric::name)->unit;
  std::string where;
  if (!results.along.empty())
    where = fmt::format("With {} = {}, ", results.along, cells[0]->cell.at(results.along));
  return fmt::format("{}{} has the {} {}: {}, {}.", where, arm_name(results, cells[0]->cell),
                     higher_is_better ? "highest" : "lowest", metric_label(metric),
                     format_value(median(cells[0]), unit), enumerate(others));
}

std::string taint_sentence(const Results& results) {
  const auto count = std::ranges::count_if(results.cells, &CellSummary::tainted);
  if (count == 0) return "";
  return fmt::format(
      "Frames were captured in {}, which takes time: what was measured there is shown, and compared with "
      "nothing.",
      count_of(count, "cell"));
}

std::string limits_sentence(const Results& results) {
  const auto& environment = results.run.header.environment;
  const auto reason = environment.find(measure::kUnenforcedLimits);
  return reason == environment.end() ? "" : fmt::format("Beware: {}.", reason->second);
}

std::string outcome_sentence(const Results& results) {
  const auto& total = results.total;
  const long planned = total.ok + total.failed + total.skipped + total.interrupted + total.missing;
  if (planned == 0) return "The run has no cells: nothing was measured.";
  const auto matrix = fmt::format("{} in {}", count_of(static_cast<long>(results.cells.size()), "cell"),
                                  count_of(results.run.header.block_count, "block"));
  std::string text =
      total.ok == planned
          ? fmt::format("{} ({}) succeeded",
                        planned == 1 ? "The only measurement" : fmt::format("All {} measurements", planned),
                        matrix)
          : fmt::format("{} of {} measurements ({}) succeeded", total.ok, planned, matrix);
  auto rest = total;
  rest.ok = 0;
  if (total.ok != planned) text += ", " + outcome_words(rest);
  text += ".";
  const auto& end = results.run.end;
  if (!end) return text + " The journal has no end: the run was killed or is still going on.";
  // Of a run that went on to its end, `total` has said everything.
  if (total.interrupted + total.missing != 0 && !end->reason.empty())
    text += fmt::format(" The run ended early: {}", end->reason);
  return text;
}

std::string verdict_sentence(const std::vector<ThesisView>& theses) {
  std::map<ledger::Verdict, int> counts;
  int total = 0;
  for (const auto& view : theses) {
    for (const auto& verdict : view.verdicts) {
      ++counts[verdict.verdict];
      ++total;
    }
  }
  if (total == 0) return "";
  std::vector<std::string> parts;
  for (const auto& [verdict, count] : counts)
    parts.push_back(fmt::format("{} {}", count, verb_of(verdict, count)));
  return fmt::format("Of {}, {}.", count_of(total, "published claim"), enumerate(parts));
}

}  // namespace banco::report
