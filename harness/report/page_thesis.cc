// The section about the seed: its figures beside ours, and its claims with their verdicts.
#include <fmt/format.h>

#include <algorithm>

#include "harness/report/format.hh"
#include "harness/report/html.hh"
#include "harness/report/page_sections.hh"
#include "harness/report/text.hh"
#include "harness/report/words.hh"

namespace banco::report {
namespace {

std::string verdict_html(ledger::Verdict verdict) {
  const auto words = ledger::to_string(verdict);
  auto css_class = words;
  std::ranges::replace(css_class, ' ', '-');
  return fmt::format("<span class=\"verdict {}\">{} {}</span>", escape_html(css_class), sign_of(verdict),
                     escape_html(words));
}

std::string figures_table(const Results& results, const ledger::Row& row) {
  HtmlTable table("Published figures beside those of this run");
  table.add_column("metric");
  table.add_column("cell");
  table.add_column("published", HtmlTable::Align::kNumber);
  table.add_column("this run", HtmlTable::Align::kNumber);
  table.add_column("this run / published", HtmlTable::Align::kNumber);
  std::string metric_before;
  for (const auto& pair : pair_figures(results, row)) {
    auto measured = escape_html(measured_words(pair));
    if (pair.measured) {
      const auto scale = choose_scale(pair.figure.unit, pair.measured->median);
      const auto range = range_words(*pair.measured, scale);
      if (!range.empty()) measured += fmt::format("<span class=\"range\">{}</span>", escape_html(range));
    }
    const bool is_new = pair.figure.metric != metric_before;
    table.add_row(
        {escape_html(metric_label(pair.figure.metric)), escape_html(cell_words(results, pair.cell)),
         escape_html(seed_words(pair.figure)), measured, pair.ratio ? format_ratio(*pair.ratio) : "–"},
        2, is_new && !table.is_empty());
    metric_before = pair.figure.metric;
  }
  return table.is_empty() ? "" : table.html();
}

std::string claims_list(const std::vector<ledger::ClaimVerdict>& verdicts) {
  if (verdicts.empty()) return "";
  std::string html = "<ul class=\"claims\">\n";
  for (const auto& verdict : verdicts) {
    html += fmt::format("<li>{}<span>{}</span><span class=\"evidence\">{}</span></li>\n",
                        verdict_html(verdict.verdict), escape_html(verdict.claim.text),
                        escape_html(verdict.evidence));
  }
  return html + "</ul>\n";
}

std::string one_thesis(const Results& results, const ThesisView& view) {
  const auto& row = view.row;
  auto html = fmt::format("<h3>{}</h3>\n<p class=\"note\">Seed {}, {}. {} {}</p>\n", escape_html(row.title),
                          escape_html(row.seed), escape_html(row.section), escape_html(row.method),
                          row.hardware.empty() ? "" : escape_html("Measured on " + row.hardware + "."));
  html += claims_list(view.verdicts);
  if (row.obstacle) html += fmt::format("<p>Cannot be tried here: {}</p>\n", escape_html(*row.obstacle));
  return html + figures_table(results, row);
}

}  // namespace

std::string thesis_section(const Results& results, const std::vector<ThesisView>& theses) {
  if (theses.empty()) return "";
  std::string html =
      "<section id=\"theses-section\">\n<h2>Published figures and this run</h2>\n"
      "<p class=\"note\">Verdicts are about claims: who wins, what grows, by what ratio. Absolute figures "
      "come from other "
      "hardware and stand beside ours to be read, not judged.</p>\n";
  for (const auto& view : theses) html += one_thesis(results, view);
  return html + "</section>\n";
}

}  // namespace banco::report
