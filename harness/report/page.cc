// Puts the sections, the data and the libraries into the template.
#include "harness/report/page.hh"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>

#include "harness/report/assets.hh"
#include "harness/report/format.hh"
#include "harness/report/html.hh"
#include "harness/report/json.hh"
#include "harness/report/page_sections.hh"
#include "harness/report/sentences.hh"
#include "harness/report/text.hh"
#include "harness/report/words.hh"

namespace banco::report {
namespace {

std::string headline(const Results& results, const std::vector<ThesisView>& theses) {
  std::string html;
  for (const auto& sentence : {comparison_sentence(results), taint_sentence(results),
                               limits_sentence(results), verdict_sentence(theses)}) {
    if (!sentence.empty())
      html += fmt::format("<p class=\"headline\">{}</p>\n", bind_units(escape_html(sentence)));
  }
  return html + fmt::format("<p>{}</p>", escape_html(outcome_sentence(results)));
}

std::string date_words(measure::Time time) {
  return fmt::format("{:%Y-%m-%d %H:%M} UTC", std::chrono::time_point_cast<std::chrono::seconds>(time));
}

std::string duration_words(std::chrono::nanoseconds duration) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration).count();
  if (seconds < 120) return fmt::format("{} s", seconds);
  if (seconds < 7200) return fmt::format("{} min", seconds / 60);
  return fmt::format("{} h {} min", seconds / 3600, seconds % 3600 / 60);
}

std::string facts(const Results& results) {
  const auto& header = results.run.header;
  std::string html = "<dl class=\"facts\">";
  const auto add = [&](std::string_view name, const std::string& value) {
    html += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>", name, escape_html(value));
  };
  add("Started", date_words(header.time));
  if (results.run.end) add("Took", duration_words(results.run.end->time - header.time));
  add("Cells", fmt::format("{}", results.cells.size()));
  add("Blocks", fmt::format("{}", header.block_count));
  add("Order of cells", fmt::format("seed {}", header.seed));
  add("Scenario", file_words(header));
  return html + "</dl>";
}

// Links to the sections that are there.
std::string contents(const std::vector<std::pair<std::string_view, std::string_view>>& sections) {
  std::string html = "<ul>";
  for (const auto& [section, words] : sections) {
    const auto id = section.substr(0, section.find('>'));
    const auto quote = id.find('"');
    if (quote == std::string_view::npos) continue;
    html +=
        fmt::format("<li><a href=\"#{}\">{}</a></li>", id.substr(quote + 1, id.size() - quote - 2), words);
  }
  return html + "</ul>";
}

}  // namespace

std::string html_page(const Results& results, const std::vector<ThesisView>& theses) {
  const auto& header = results.run.header;
  const auto title =
      escape_html(plain_line(header.scenario_name.empty() ? "unnamed run" : header.scenario_name));
  const auto version = escape_html(header.banco_version);
  const auto theses_html = thesis_section(results, theses);
  const auto results_html = results_section(results);
  const auto charts_html = charts_section(results);
  const auto failures_html = failures_section(results);
  const auto scenario = read_scenario(results);
  const auto network_html = network_section(results, scenario);
  const auto environment_html = environment_section(results);
  const auto reproduce_html = reproduce_section(results);
  const auto headline_html =
      fmt::format("<p class=\"subtitle\">{}</p>\n", escape_html(scenario.title)) + headline(results, theses);
  const auto facts_html = facts(results);
  const auto contents_html = contents({{theses_html, "Published figures"},
                                       {results_html, "Results"},
                                       {charts_html, "Charts"},
                                       {failures_html, "What did not succeed"},
                                       {network_html, "Network"},
                                       {environment_html, "Environment"},
                                       {reproduce_html, "Do it again"},
                                       {"\"data-section\"", "Data"},
                                       {"\"glossary-section\"", "Words"}});
  const auto data = json_for_html(results_json(results, theses));
  const auto d3_licence_html = escape_html(d3_licence());
  const auto plot_licence_html = escape_html(plot_licence());
  return fill_template(page_template(), {{"title", title},
                                         {"version", version},
                                         {"style", page_style()},
                                         {"headline", headline_html},
                                         {"facts", facts_html},
                                         {"contents", contents_html},
                                         {"theses", theses_html},
                                         {"results", results_html},
                                         {"charts", charts_html},
                                         {"failures", failures_html},
                                         {"network", network_html},
                                         {"environment", environment_html},
                                         {"reproduce", reproduce_html},
                                         {"data", data},
                                         {"d3", d3_library()},
                                         {"plot", plot_library()},
                                         {"code", chart_code()},
                                         {"d3_licence", d3_licence_html},
                                         {"plot_licence", plot_licence_html}});
}

}  // namespace banco::report
