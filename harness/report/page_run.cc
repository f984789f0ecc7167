// The sections about the run itself: what failed, the network, the environment, how to do it again.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <exception>
#include <set>

#include "harness/report/failures.hh"
#include "harness/report/format.hh"
#include "harness/report/html.hh"
#include "harness/report/network_words.hh"
#include "harness/report/page_sections.hh"
#include "harness/report/text.hh"
#include "harness/report/topology_svg.hh"
#include "harness/report/words.hh"
#include "harness/scenario/parse.hh"

namespace banco::report {
namespace {

constexpr std::size_t kMostFailures = 50;
constexpr std::size_t kConsoleLines = 20;

std::string failure_html(const Results& results, const Failure& failure) {
  const auto& result = *failure.last;
  const auto word = measure::to_string(result.outcome);
  auto html = fmt::format(
      "<div class=\"failure\"><p><span class=\"verdict {}\">{} {}</span> {}, {}: {}</p>\n", word,
      result.outcome == measure::Outcome::kFailed ? "✗" : "–", word,
      escape_html(cell_words(results, result.cell)), block_words(failure.blocks), escape_html(result.reason));
  for (const auto& [machine, console] : result.consoles) {
    const auto lines = last_lines(console, kConsoleLines);
    if (lines.empty()) continue;
    html += fmt::format(
        "<details><summary>Last lines of the console of {}{}</summary><pre "
        "tabindex=\"0\">{}</pre></details>\n",
        escape_html(machine), failure.blocks.size() == 1 ? "" : fmt::format(" in block {}", result.block),
        escape_html(lines));
  }
  return html + "</div>\n";
}

// The axis values of the run, put into the scenario, give the cells that it planned.
scenario::CellPlan largest_cell(const Results& results, const scenario::Scenario& scenario) {
  scenario::Selection selection;
  for (const auto& axis : results.axes) selection.axes[axis.name] = axis.values;
  const auto plans = scenario::expand(scenario, selection);
  return *std::ranges::max_element(plans, {}, [](const auto& plan) { return plan.topology.machines.size(); });
}

// What differs between the keys of samples is a warning: such samples are not made under equal conditions.
std::string key_differences(const Results& results) {
  std::map<std::string, std::set<std::string>> values;
  std::size_t key_count = 0;
  std::set<measure::Key> keys;
  for (const auto& sample : results.run.samples) {
    if (!keys.insert(sample.key).second) continue;
    ++key_count;
    for (const auto& [name, value] : sample.key) values[name].insert(value);
  }
  std::vector<std::string> differing;
  for (const auto& [name, set] : values) {
    if (set.size() < 2) continue;
    differing.push_back(fmt::format("{} ({})", name, enumerate({set.begin(), set.end()})));
  }
  if (key_count < 2 || differing.empty()) return "";
  return fmt::format("<p>Not the same for all samples: {}.</p>\n", escape_html(enumerate(differing)));
}

// A word of a shell command, quoted when it holds more than plain characters.
std::string shell_word(const std::string& word) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_./=,:+%@").find(c) != std::string_view::npos;
  };
  if (!word.empty() && std::ranges::all_of(word, is_plain)) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string command_words(const Results& results, const std::string& file) {
  const auto& header = results.run.header;
  auto command =
      fmt::format("banco run {} --seed {} --blocks {}", shell_word(file), header.seed, header.block_count);
  for (const auto& axis : results.axes) {
    command += " --set " + shell_word(fmt::format("{}={}", axis.name, fmt::join(axis.values, ",")));
  }
  return command;
}

}  // namespace

std::string failures_section(const Results& results) {
  const auto failures = list_failures(results.run);
  if (failures.empty()) return "";
  std::string html = "<section id=\"failures-section\">\n<h2>What did not succeed</h2>\n";
  for (std::size_t i = 0; i < std::min(failures.size(), kMostFailures); ++i)
    html += failure_html(results, failures[i]);
  if (failures.size() > kMostFailures) {
    html += fmt::format("<p>And {} more; the journal holds all.</p>\n", failures.size() - kMostFailures);
  }
  return html + "</section>\n";
}

ScenarioView read_scenario(const Results& results) {
  ScenarioView view;
  const auto& header = results.run.header;
  if (header.scenario_text.empty()) return view;
  try {
    const auto scenario = scenario::parse_scenario(header.scenario_text, header.scenario_file);
    view.title = scenario.title;
    view.largest = largest_cell(results, scenario);
  } catch (const std::exception& error) {
    // A scenario of another version of banco must not cost the reader the rest of the page.
    view.obstacle = error.what();
  }
  return view;
}

std::string network_section(const Results& results, const ScenarioView& scenario) {
  if (!scenario.largest && scenario.obstacle.empty()) return "";
  std::string html = "<section id=\"network-section\">\n<h2>Network</h2>\n";
  if (!scenario.largest) {
    return html +
           fmt::format("<p>The network is not drawn: {}</p>\n</section>\n", escape_html(scenario.obstacle));
  }
  const auto& plan = *scenario.largest;
  const auto where = plan.cell.empty() ? "" : cell_words(results, plan.cell) + ": ";
  html += fmt::format("<p>{}{}.</p>\n", escape_html(where), escape_html(topology_words(plan.topology)));
  if (fits_a_page(plan.topology)) html += topology_svg(plan.topology);
  html += "<h3>What is measured</h3>\n<ul>\n";
  for (const auto& measure : plan.measures) html += "<li>" + escape_html(measure_words(measure)) + "</li>\n";
  return html + "</ul>\n</section>\n";
}

std::string environment_section(const Results& results) {
  HtmlTable table("Environment");
  table.add_column("what");
  table.add_column("here");
  for (const auto& [name, value] : results.run.header.environment) {
    table.add_row({escape_html(name), escape_html(value)});
  }
  const auto differences = key_differences(results);
  if (table.is_empty() && differences.empty()) return "";
  return "<section id=\"environment-section\">\n<h2>Environment</h2>\n" + differences +
         (table.is_empty() ? "" : table.html()) + "</section>\n";
}

std::string reproduce_section(const Results& results) {
  const auto& header = results.run.header;
  const auto file = file_words(header);
  return fmt::format(
      "<section id=\"reproduce-section\">\n<h2>Do it again</h2>\n"
      "<p>With the scenario below, on banco {}, the same cells in the same order:</p>\n<pre "
      "tabindex=\"0\">{}</pre>\n"
      "<details><summary>Scenario {}</summary>\n<p class=\"scripted\" hidden><button type=\"button\" "
      "data-copy=\"scenario-text\">Copy</button></p>\n<pre id=\"scenario-text\" "
      "tabindex=\"0\">{}</pre></details>\n"
      "</section>\n",
      escape_html(header.banco_version), escape_html(command_words(results, file)), escape_html(file),
      escape_html(header.scenario_text));
}

}  // namespace banco::report
