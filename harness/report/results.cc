// Orders cells and axes, decides which samples count, and sums them up with harness/stats.
#include "harness/report/results.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>
#include <tuple>
#include <utility>

namespace banco::report {
namespace {

using CellAndBlock = std::pair<measure::Cell, int>;
using Place = std::tuple<measure::Cell, int, std::string>;

std::vector<measure::Cell> list_cells(const measure::Run& run) {
  std::vector<measure::Cell> cells;
  std::set<measure::Cell> seen;
  const auto add = [&](const measure::Cell& cell) {
    if (seen.insert(cell).second) cells.push_back(cell);
  };
  for (const auto& cell : run.header.cells) add(cell);
  for (const auto& result : run.cells) add(result.cell);
  for (const auto& sample : run.samples) add(sample.cell);
  return cells;
}

// How often the value of `axis` changes on the way through the plan: little for an outer axis.
int count_changes(const std::vector<measure::Cell>& cells, const std::string& axis) {
  int changes = 0;
  for (std::size_t i = 1; i < cells.size(); ++i) {
    const auto before = cells[i - 1].find(axis);
    const auto after = cells[i].find(axis);
    const bool has_before = before != cells[i - 1].end();
    const bool has_after = after != cells[i].end();
    if (has_before != has_after || (has_before && before->second != after->second)) ++changes;
  }
  return changes;
}

std::vector<Axis> list_axes(const std::vector<measure::Cell>& cells) {
  std::map<std::string, Axis> by_name;
  for (const auto& cell : cells) {
    for (const auto& [name, value] : cell) {
      auto& axis = by_name[name];
      axis.name = name;
      if (std::ranges::find(axis.values, value) == axis.values.end()) axis.values.push_back(value);
    }
  }
  std::vector<std::pair<int, Axis>> ordered;
  for (auto& [name, axis] : by_name) {
    axis.numeric =
        std::ranges::all_of(axis.values, [](const auto& v) { return parse_number(v).has_value(); });
    if (axis.numeric) {
      std::ranges::stable_sort(axis.values, {}, [](const auto& v) { return *parse_number(v); });
    }
    ordered.emplace_back(count_changes(cells, name), std::move(axis));
  }
  std::ranges::stable_sort(ordered, {}, [](const auto& entry) { return entry.first; });
  std::vector<Axis> axes;
  for (auto& entry : ordered) axes.push_back(std::move(entry.second));
  return axes;
}

// The innermost numeric axis that has something to run along.
std::string choose_along(const std::vector<Axis>& axes) {
  for (auto axis = axes.rbegin(); axis != axes.rend(); ++axis) {
    if (axis->numeric && axis->values.size() >= 2) return axis->name;
  }
  return "";
}

std::map<CellAndBlock, measure::Outcome> last_words(const measure::Run& run) {
  std::map<CellAndBlock, measure::Outcome> last;
  for (const auto& result : run.cells) last[{result.cell, result.block}] = result.outcome;
  return last;
}

std::vector<Metric> list_metrics(const measure::Run& run) {
  std::vector<Metric> metrics;
  std::set<std::string> seen;
  for (const auto& sample : run.samples) {
    if (seen.insert(sample.metric).second) metrics.push_back({sample.metric, sample.unit});
  }
  return metrics;
}

std::vector<bool> decide_what_counts(const measure::Run& run, const std::vector<Metric>& metrics,
                                     const std::map<CellAndBlock, measure::Outcome>& last) {
  std::map<std::string, std::string> units;
  for (const auto& metric : metrics) units[metric.name] = metric.unit;
  std::vector<bool> counts(run.samples.size(), false);
  std::map<Place, std::size_t> latest;
  for (std::size_t i = 0; i < run.samples.size(); ++i) {
    const auto& sample = run.samples[i];
    const auto word = last.find({sample.cell, sample.block});
    if (word == last.end() || word->second != measure::Outcome::kOk) continue;
    if (!std::isfinite(sample.value) || sample.unit != units[sample.metric]) continue;
    latest[{sample.cell, sample.block, sample.metric}] = i;
  }
  for (const auto& entry : latest) counts[entry.second] = true;
  return counts;
}

void add(OutcomeCounts& counts, measure::Outcome outcome) {
  switch (outcome) {
    case measure::Outcome::kOk:
      ++counts.ok;
      break;
    case measure::Outcome::kFailed:
      ++counts.failed;
      break;
    case measure::Outcome::kSkipped:
      ++counts.skipped;
      break;
    case measure::Outcome::kInterrupted:
      ++counts.interrupted;
      break;
  }
}

void count_outcomes(Results& results, const std::map<CellAndBlock, measure::Outcome>& last) {
  std::map<measure::Cell, OutcomeCounts> by_cell;
  for (const auto& [where, outcome] : last) add(by_cell[where.first], outcome);
  for (auto& summary : results.cells) {
    auto& counts = summary.outcomes;
    counts = by_cell[summary.cell];
    const int seen = counts.ok + counts.failed + counts.skipped + counts.interrupted;
    counts.missing = std::max(0, results.run.header.block_count - seen);
    results.total.ok += counts.ok;
    results.total.failed += counts.failed;
    results.total.skipped += counts.skipped;
    results.total.interrupted += counts.interrupted;
    results.total.missing += counts.missing;
  }
}

std::string axis_words(const Results& results, const measure::Cell& cell) {
  std::vector<std::string> words;
  for (const auto& axis : results.axes) {
    if (axis.name == results.along || axis.values.size() < 2) continue;
    const auto value = cell.find(axis.name);
    words.push_back(value == cell.end() ? "–" : value->second);
  }
  if (!words.empty()) return fmt::format("{}", fmt::join(words, ", "));
  for (const auto& axis : results.axes) {
    if (axis.name != results.along && cell.contains(axis.name)) return cell.at(axis.name);
  }
  return "all";
}

}  // namespace

Results compute(const measure::Run& run) {
  Results results;
  results.run = run;
  const auto cells = list_cells(run);
  const auto last = last_words(run);
  results.axes = list_axes(cells);
  results.along = choose_along(results.axes);
  results.metrics = list_metrics(run);
  results.counts = decide_what_counts(run, results.metrics, last);
  std::map<measure::Cell, std::map<std::string, std::vector<double>>> values;
  std::set<measure::Cell> tainted;
  for (std::size_t i = 0; i < run.samples.size(); ++i) {
    const auto& sample = run.samples[i];
    if (!results.counts[i]) continue;
    values[sample.cell][sample.metric].push_back(sample.value);
    if (sample.tainted) tainted.insert(sample.cell);
  }
  for (const auto& cell : cells) {
    CellSummary summary{cell, {}, {}, tainted.contains(cell)};
    for (const auto& [metric, list] : values[cell]) summary.metrics[metric] = stats::summarise(list);
    results.cells.push_back(std::move(summary));
  }
  count_outcomes(results, last);
  return results;
}

std::string arm_name(const Results& results, const measure::Cell& cell) {
  const auto summary = std::ranges::find(results.cells, cell, &CellSummary::cell);
  const bool tainted = summary != results.cells.end() && summary->tainted;
  return axis_words(results, cell) + (tainted ? " (captured)" : "");
}

std::vector<std::string> arm_names(const Results& results) {
  std::vector<std::string> names;
  for (const auto& summary : results.cells) {
    const auto name = arm_name(results, summary.cell);
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  return names;
}

std::map<int, const measure::Sample*> samples_by_block(const Results& results, const measure::Cell& cell,
                                                       const std::string& metric) {
  std::map<int, const measure::Sample*> samples;
  for (std::size_t i = 0; i < results.run.samples.size(); ++i) {
    const auto& sample = results.run.samples[i];
    if (results.counts[i] && !sample.tainted && sample.metric == metric && sample.cell == cell)
      samples[sample.block] = &sample;
  }
  return samples;
}

std::optional<double> parse_number(const std::string& text) {
  double number = 0;
  const auto* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end || !std::isfinite(number)) return std::nullopt;
  return number;
}

}  // namespace banco::report
