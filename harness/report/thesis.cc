// Finds for each figure of a seed the cells it is comparable with.
#include "harness/report/thesis.hh"

#include <algorithm>

namespace banco::report {
namespace {

bool has_all(const measure::Cell& cell, const measure::Cell& wanted) {
  return std::ranges::all_of(wanted, [&](const auto& entry) {
    const auto found = cell.find(entry.first);
    return found != cell.end() && found->second == entry.second;
  });
}

bool is_metric_in_unit(const Results& results, const ledger::Figure& figure) {
  return std::ranges::any_of(results.metrics, [&](const auto& metric) {
    return metric.name == figure.metric && metric.unit == figure.unit;
  });
}

}  // namespace

std::vector<FigurePair> pair_figures(const Results& results, const ledger::Row& row) {
  std::vector<FigurePair> pairs;
  for (const auto& figure : row.figures) {
    const auto count_before = pairs.size();
    for (const auto& summary : results.cells) {
      if (!has_all(summary.cell, figure.cell)) continue;
      FigurePair pair{figure, summary.cell, std::nullopt, std::nullopt};
      const auto measured = summary.metrics.find(figure.metric);
      if (!summary.tainted && measured != summary.metrics.end() && is_metric_in_unit(results, figure)) {
        pair.measured = measured->second;
        if (figure.value != 0) pair.ratio = measured->second.median / figure.value;
      }
      pairs.push_back(std::move(pair));
    }
    if (pairs.size() == count_before) pairs.push_back({figure, figure.cell, std::nullopt, std::nullopt});
  }
  return pairs;
}

std::string sign_of(ledger::Verdict verdict) {
  switch (verdict) {
    case ledger::Verdict::kHolds:
      return "✓";
    case ledger::Verdict::kDoesNotHold:
      return "✗";
    case ledger::Verdict::kNotEnoughEvidence:
      return "?";
    case ledger::Verdict::kCannotBeTriedHere:
      return "–";
    case ledger::Verdict::kNotBuiltYet:
      return "…";
  }
  return "?";
}

}  // namespace banco::report
