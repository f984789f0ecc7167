// The sections about values: results table, charts with their tables, every metric of every cell.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "harness/report/format.hh"
#include "harness/report/html.hh"
#include "harness/report/page_sections.hh"
#include "harness/report/text.hh"
#include "harness/report/words.hh"

namespace banco::report {
namespace {

std::vector<Metric> main_metrics(const Results& results) {
  std::vector<Metric> metrics;
  for (const auto& metric : results.metrics) {
    if (describe_metric(metric.name).main) metrics.push_back(metric);
  }
  return metrics;
}

std::string value_field(const CellSummary& cell, const Metric& metric, const Scale& scale) {
  const auto summary = cell.metrics.find(metric.name);
  if (summary == cell.metrics.end()) return "–";
  const auto range = range_words(summary->second, scale);
  auto html = escape_html(scale.number(summary->second.median));
  if (!range.empty()) html += fmt::format("<span class=\"range\">{}</span>", escape_html(range));
  return html;
}

void add_axis_columns(HtmlTable& table, const Results& results) {
  for (const auto& axis : results.axes) {
    table.add_column(escape_html(axis.name),
                     axis.numeric ? HtmlTable::Align::kNumber : HtmlTable::Align::kText);
  }
}

std::vector<std::string> axis_fields(const Results& results, const measure::Cell& cell) {
  std::vector<std::string> fields;
  for (const auto& axis : results.axes) {
    const auto value = cell.find(axis.name);
    fields.push_back(value == cell.end() ? "–" : escape_html(plain_line(value->second)));
  }
  return fields;
}

// A line above each cell whose outermost axis has a new value.
bool starts_group(const Results& results, std::size_t index) {
  if (index == 0 || results.axes.size() < 2) return false;
  const auto value = [&](std::size_t i) {
    const auto found = results.cells[i].cell.find(results.axes[0].name);
    return found == results.cells[i].cell.end() ? std::string() : found->second;
  };
  return value(index) != value(index - 1);
}

std::string all_metrics_table(const Results& results) {
  HtmlTable table("Every metric of every cell");
  add_axis_columns(table, results);
  table.add_column("metric");
  table.add_column("unit");
  for (const auto* header : {"values", "median", "interval", "least", "greatest", "MAD", "CV"}) {
    table.add_column(header, HtmlTable::Align::kNumber);
  }
  std::map<std::string, Scale> scales;
  for (const auto& metric : results.metrics) scales[metric.name] = scale_of(results, metric);
  for (std::size_t i = 0; i < results.cells.size(); ++i) {
    bool is_first = true;
    for (const auto& metric : results.metrics) {
      const auto found = results.cells[i].metrics.find(metric.name);
      if (found == results.cells[i].metrics.end()) continue;
      const auto& summary = found->second;
      const auto& scale = scales[metric.name];
      auto fields = axis_fields(results, results.cells[i].cell);
      const auto header_count = fields.size() + 1;
      const auto interval = summary.median_interval ? range_words(summary, scale) : "–";
      for (const auto& field : {metric.name, scale.unit, fmt::format("{}", summary.count),
                                scale.number(summary.median), interval, scale.number(summary.min),
                                scale.number(summary.max), scale.number(summary.median_absolute_deviation),
                                format_value(summary.coefficient_of_variation, "ratio")}) {
        fields.push_back(escape_html(field));
      }
      table.add_row(fields, header_count, is_first && i > 0);
      is_first = false;
    }
  }
  if (table.is_empty()) return "";
  return "<details class=\"screen-only\"><summary>Every metric of every cell</summary>\n" + table.html() +
         "</details>\n";
}

// The values of one metric as its chart shows them: a row for each value along the axis, a column for each
// arm.
std::string chart_table(const Results& results, const Metric& metric) {
  const auto scale = scale_of(results, metric);
  const auto label = metric_label(metric.name);
  HtmlTable table(label + ", as a table");
  if (results.along.empty()) {
    table.add_column("");
    table.add_column(header_with_unit(label, scale.unit), HtmlTable::Align::kNumber);
    for (const auto& cell : results.cells) {
      table.add_row(
          {escape_html(plain_line(arm_name(results, cell.cell))), value_field(cell, metric, scale)});
    }
    return table.html();
  }
  const auto arms = arm_names(results);
  table.add_column(escape_html(results.along), HtmlTable::Align::kNumber);
  for (const auto& arm : arms) table.add_column(header_with_unit(arm, scale.unit), HtmlTable::Align::kNumber);
  const auto axis = std::ranges::find(results.axes, results.along, &Axis::name);
  for (const auto& value : axis->values) {
    std::vector<std::string> fields(arms.size() + 1, "–");
    fields[0] = escape_html(value);
    for (const auto& cell : results.cells) {
      const auto at = cell.cell.find(results.along);
      if (at == cell.cell.end() || at->second != value) continue;
      const auto arm = std::ranges::find(arms, arm_name(results, cell.cell)) - arms.begin();
      fields[static_cast<std::size_t>(arm) + 1] = value_field(cell, metric, scale);
    }
    table.add_row(fields);
  }
  return table.html();
}

std::string figure(const Results& results, const Metric& metric, std::string_view kind, bool is_first,
                   const std::string& caption, const std::string& note) {
  const auto table = kind == "order"
                         ? ""
                         : fmt::format("<details><summary>The same as a table</summary>\n{}</details>\n",
                                       chart_table(results, metric));
  return fmt::format(
      "<figure data-chart=\"{}\" data-metric=\"{}\"{}>\n<figcaption>{}<span "
      "class=\"note\">{}</span></figcaption>\n"
      "<div class=\"chart\"><noscript><p class=\"note\">Drawn by a script; the tables say the "
      "same.</p></noscript></div>\n"
      "{}</figure>\n",
      kind, escape_html(metric.name), is_first ? " class=\"first\"" : "", escape_html(caption),
      escape_html(note), table);
}

bool has_values(const Results& results, const std::string& metric) {
  return std::ranges::any_of(results.cells, [&](const auto& cell) { return cell.metrics.contains(metric); });
}

}  // namespace

std::string results_section(const Results& results) {
  std::string html = "<section id=\"results-section\">\n<h2>Results</h2>\n";
  if (results.cells.empty()) return html + "<p>The run has no cells.</p>\n</section>\n";
  html += fmt::format("<p class=\"note\">{}</p>\n", bind_units(escape_html(range_legend())));
  HtmlTable table("Results");
  add_axis_columns(table, results);
  const auto metrics = main_metrics(results);
  std::vector<Scale> scales;
  for (const auto& metric : metrics) {
    scales.push_back(scale_of(results, metric));
    table.add_column(header_with_unit(metric_label(metric.name), scales.back().unit),
                     HtmlTable::Align::kNumber);
  }
  table.add_column("blocks");
  for (std::size_t i = 0; i < results.cells.size(); ++i) {
    const auto& cell = results.cells[i];
    auto fields = axis_fields(results, cell.cell);
    const auto header_count = fields.size();
    for (std::size_t m = 0; m < metrics.size(); ++m)
      fields.push_back(value_field(cell, metrics[m], scales[m]));
    const auto words = escape_html(blocks_words(cell));
    fields.push_back(cell.outcomes.failed > 0 ? fmt::format("<a href=\"#failures-section\">{}</a>", words)
                                              : words);
    table.add_row(fields, header_count, starts_group(results, i));
  }
  return html + table.html() + all_metrics_table(results) + "</section>\n";
}

std::string charts_section(const Results& results) {
  const auto headline = headline_metric(results);
  if (headline.empty() || !has_values(results, headline)) return "";
  const std::string_view kind = results.along.empty() ? "strips" : "along";
  const std::string reading =
      results.along.empty()
          ? "Bar: median. Band: its interval. Symbols: one for each block."
          : "Line: medians. Band and bar: interval of the median. Small symbols: one for each block.";
  std::string html = "<section id=\"charts-section\">\n<h2>Charts</h2>\n<div class=\"charts\">\n";
  const auto caption = [&](const Metric& metric) {
    return results.along.empty() ? metric_label(metric.name)
                                 : metric_label(metric.name) + " by " + results.along;
  };
  auto metrics = main_metrics(results);
  std::ranges::stable_partition(metrics, [&](const auto& metric) { return metric.name == headline; });
  for (const auto& metric : metrics) {
    if (!has_values(results, metric.name)) continue;
    const bool is_first = metric.name == headline;
    html += figure(results, metric, kind, is_first, caption(metric), is_first ? reading : "");
  }
  const bool has_order = std::ranges::any_of(results.cells, [&](const auto& cell) {
    const auto summary = cell.metrics.find(headline);
    return summary != cell.metrics.end() && summary->second.count >= 2;
  });
  if (!has_order) return html + "</div>\n</section>\n";
  const auto& first = *std::ranges::find(results.metrics, headline, &Metric::name);
  html += figure(results, first, "order", false, metric_label(headline) + " in the order of the run",
                 "A slope or a step that all share is the machine drifting, not a difference between them.");
  return html + "</div>\n</section>\n";
}

}  // namespace banco::report
