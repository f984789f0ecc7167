// Short forms, each decided once.
#include "harness/report/words.hh"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace banco::report {

std::string headline_metric(const Results& results) {
  std::string first_main;
  for (const auto& metric : results.metrics) {
    if (is_higher_better(metric.name)) return metric.name;
    if (first_main.empty() && describe_metric(metric.name).main) first_main = metric.name;
  }
  return first_main;
}

bool is_higher_better(const std::string& metric) {
  return describe_metric(metric).quantity == "throughput";
}

Scale scale_of(const Results& results, const Metric& metric) {
  double magnitude = 0;
  for (const auto& cell : results.cells) {
    const auto summary = cell.metrics.find(metric.name);
    if (summary != cell.metrics.end()) magnitude = std::max(magnitude, std::abs(summary->second.median));
  }
  return choose_scale(metric.unit, magnitude);
}

std::string cell_words(const Results& results, const measure::Cell& cell) {
  std::vector<std::string> words;
  for (const auto& axis : results.axes) {
    const auto value = cell.find(axis.name);
    if (value != cell.end()) words.push_back(axis.name + " " + value->second);
  }
  return words.empty() ? "the only cell" : fmt::format("{}", fmt::join(words, ", "));
}

std::string file_words(const measure::RunHeader& header) {
  const auto& file = header.scenario_file;
  const auto name = file.substr(file.rfind('/') + 1);  // npos + 1 is 0
  return name.empty() ? "scenario.yaml" : name;
}

std::string range_words(const stats::Summary& summary, const Scale& scale) {
  if (const auto& interval = summary.median_interval) {
    return scale.number(interval->low) + "–" + scale.number(interval->high);
  }
  if (summary.count < 2) return "";
  return scale.number(summary.min) + "…" + scale.number(summary.max);
}

std::string range_legend() {
  return "Each figure is the median over blocks. a–b is an interval that covers the true median with at "
         "least 95 % "
         "confidence; a…b is the least and the greatest value where fewer than 6 blocks count. "
         "CPU is per cent of one core.";
}

std::string outcome_words(const OutcomeCounts& counts) {
  std::vector<std::string> words;
  const auto mention = [&](int count, std::string_view word) {
    if (count > 0) words.push_back(fmt::format("{} {}", count, word));
  };
  mention(counts.ok, "ok");
  mention(counts.failed, "failed");
  mention(counts.skipped, "skipped");
  mention(counts.interrupted, "interrupted");
  mention(counts.missing, "not made");
  return words.empty() ? "none" : fmt::format("{}", fmt::join(words, ", "));
}

std::string blocks_words(const CellSummary& cell) {
  return outcome_words(cell.outcomes) + (cell.tainted ? ", captured" : "");
}

std::string seed_words(const ledger::Figure& figure) {
  return figure.text.empty() ? format_value(figure.value, figure.unit) : figure.text;
}

std::string measured_words(const FigurePair& pair) {
  if (!pair.measured) return "not measured";
  return format_value(pair.measured->median, pair.figure.unit);
}

}  // namespace banco::report
