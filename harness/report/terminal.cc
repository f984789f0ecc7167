// Chooses the columns and words of the terminal table; text_table.hh aligns them.
#include "harness/report/terminal.hh"

#include <fmt/format.h>

#include <algorithm>

#include "harness/report/failures.hh"
#include "harness/report/format.hh"
#include "harness/report/sentences.hh"
#include "harness/report/text.hh"
#include "harness/report/text_table.hh"
#include "harness/report/words.hh"

namespace banco::report {
namespace {

constexpr int kLeastWidth = 40;
constexpr std::size_t kMostFailuresShown = 10;

TextColumn axis_column(const Results& results, const Axis& axis) {
  TextColumn column{plain_line(axis.name), axis.numeric, true};
  for (const auto& summary : results.cells) {
    const auto value = summary.cell.find(axis.name);
    column.fields.push_back(value == summary.cell.end() ? "–" : plain_line(value->second));
  }
  return column;
}

std::string pad_left(const std::string& text, std::size_t width) {
  return std::string(width - std::min(width, width_of(text)), ' ') + text;
}

std::string pad_right(const std::string& text, std::size_t width) {
  return text + std::string(width - std::min(width, width_of(text)), ' ');
}

// Medians stand below each other, and so do the intervals.
TextColumn metric_column(const Results& results, const Metric& metric) {
  const auto scale = scale_of(results, metric);
  std::vector<std::string> medians;
  std::vector<std::string> ranges;
  for (const auto& cell : results.cells) {
    const auto summary = cell.metrics.find(metric.name);
    medians.push_back(summary == cell.metrics.end() ? "–" : scale.number(summary->second.median));
    const auto range = summary == cell.metrics.end() ? "" : range_words(summary->second, scale);
    ranges.push_back(range.empty() ? "" : "(" + range + ")");
  }
  std::size_t median_width = 0;
  std::size_t range_width = 0;
  for (const auto& text : medians) median_width = std::max(median_width, width_of(text));
  for (const auto& text : ranges) range_width = std::max(range_width, width_of(text));
  auto header = plain_line(metric_label(metric.name));
  if (!scale.unit.empty()) header += ", " + plain_line(scale.unit);
  TextColumn column{header, true, false};
  for (std::size_t i = 0; i < medians.size(); ++i) {
    column.fields.push_back(pad_left(medians[i], median_width) + " " + pad_right(ranges[i], range_width));
  }
  return column;
}

TextColumn blocks_column(const Results& results) {
  TextColumn column{"blocks", false, false};
  for (const auto& cell : results.cells) column.fields.push_back(blocks_words(cell));
  return column;
}

std::string results_part(const Results& results, std::size_t width) {
  std::vector<TextColumn> columns;
  for (const auto& axis : results.axes) columns.push_back(axis_column(results, axis));
  for (const auto& metric : results.metrics) {
    if (describe_metric(metric.name).main) columns.push_back(metric_column(results, metric));
  }
  columns.push_back(blocks_column(results));
  return render_text_table(columns, width) + "\n" + wrap_text(range_legend(), width);
}

std::string coloured(const std::string& text, ledger::Verdict verdict, bool colour) {
  if (!colour) return text;
  switch (verdict) {
    case ledger::Verdict::kHolds:
      return "\x1B[32m" + text + "\x1B[0m";
    case ledger::Verdict::kDoesNotHold:
      return "\x1B[31m" + text + "\x1B[0m";
    case ledger::Verdict::kNotEnoughEvidence:
      return "\x1B[33m" + text + "\x1B[0m";
    case ledger::Verdict::kCannotBeTriedHere:
    case ledger::Verdict::kNotBuiltYet:
      return "\x1B[2m" + text + "\x1B[0m";
  }
  return text;
}

std::string thesis_part(const Results& results, const ThesisView& view, std::size_t width, bool colour) {
  std::vector<TextColumn> columns{{"cell", false, true},
                                  {"metric", false, true},
                                  {"published", true, false},
                                  {"this run", true, false},
                                  {"this run / published", true, false}};
  for (const auto& pair : pair_figures(results, view.row)) {
    columns[0].fields.push_back(plain_line(cell_words(results, pair.cell)));
    columns[1].fields.push_back(plain_line(metric_label(pair.figure.metric)));
    columns[2].fields.push_back(plain_line(seed_words(pair.figure)));
    columns[3].fields.push_back(measured_words(pair));
    columns[4].fields.push_back(pair.ratio ? format_ratio(*pair.ratio) : "–");
  }
  const auto& row = view.row;
  auto text = wrap_text(
      plain_line(fmt::format("{}: {} (seed {}, {})", row.id, row.title, row.seed, row.section)), width);
  if (!columns[0].fields.empty()) text += "\n" + render_text_table(columns, width);
  for (const auto& verdict : view.verdicts) {
    const auto word = sign_of(verdict.verdict) + " " + ledger::to_string(verdict.verdict);
    text += "\n" + coloured(word, verdict.verdict, colour) + "\n";
    text += wrap_text(plain_line(verdict.claim.text), width, "  ");
    text += wrap_text(plain_line(verdict.evidence), width, "  ");
  }
  return text;
}

std::string failures_part(const Results& results, std::size_t width) {
  const auto failures = list_failures(results.run);
  std::string text;
  for (std::size_t i = 0; i < std::min(failures.size(), kMostFailuresShown); ++i) {
    const auto& result = *failures[i].last;
    text += wrap_text(plain_line(fmt::format("{}: {}, {}: {}", measure::to_string(result.outcome),
                                             cell_words(results, result.cell),
                                             block_words(failures[i].blocks), result.reason)),
                      width);
  }
  if (failures.size() > kMostFailuresShown) {
    text += fmt::format("and {} more in the journal\n", failures.size() - kMostFailuresShown);
  }
  return text;
}

}  // namespace

std::string terminal_table(const Results& results, const std::vector<ThesisView>& theses, int width_columns,
                           bool colour) {
  const auto width = static_cast<std::size_t>(std::max(width_columns, kLeastWidth));
  std::string text;
  for (const auto& sentence :
       {comparison_sentence(results), taint_sentence(results), limits_sentence(results),
        verdict_sentence(theses), outcome_sentence(results)}) {
    if (!sentence.empty()) text += wrap_text(plain_line(sentence), width);
  }
  if (!results.cells.empty()) text += "\n" + results_part(results, width);
  for (const auto& view : theses) text += "\n" + thesis_part(results, view, width, colour);
  const auto failures = failures_part(results, width);
  if (!failures.empty()) text += "\n" + failures;
  return text;
}

}  // namespace banco::report
