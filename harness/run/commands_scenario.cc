// plan, run, explain, graph, schema, report: what one does with a scenario file and with results.
#include <fmt/format.h>

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "harness/report/topology_svg.hh"
#include "harness/report/topology_text.hh"
#include "harness/run/commands.hh"
#include "harness/run/run_scenario.hh"
#include "harness/run/selection_options.hh"

namespace banco::run {

void add_plan(CLI::App& app, Action& action) {
  CLI::App* command =
      app.add_subcommand("plan", "Print what a run would do: cells, time, memory, what is skipped and why");
  auto options = std::make_shared<SelectionOptions>();
  options->add_to(*command);
  command->callback([options, &action] {
    action = [options] {
      fmt::print("{}", plan_text(make_plan(scenario::load_scenario(options->file()), options->selection())));
      return kExitGood;
    };
  });
}

void add_run(CLI::App& app, Action& action) {
  CLI::App* command =
      app.add_subcommand("run", "Run a scenario; leaves journal, results and report.html in a directory");
  auto selection = std::make_shared<SelectionOptions>();
  auto options = std::make_shared<RunOptions>();
  selection->add_to(*command);
  add_run_options(*command, *options);
  command->callback([selection, options, &action] {
    action = [selection, options] {
      return run_scenario(make_plan(scenario::load_scenario(selection->file()), selection->selection()),
                          *options);
    };
  });
}

void add_explain(CLI::App& app, Action& action) {
  CLI::App* command =
      app.add_subcommand("explain", "Print a scenario with everything filled in: ranges, globs, defaults");
  auto options = std::make_shared<SelectionOptions>();
  options->add_to(*command);
  command->callback([options, &action] {
    action = [options] {
      fmt::print("{}", scenario::explain(scenario::load_scenario(options->file()), options->selection()));
      return kExitGood;
    };
  });
}

namespace {

// The one cell that is selected. Throws std::invalid_argument when there are several.
scenario::CellPlan only_cell(const scenario::Scenario& scenario, const scenario::Selection& selection) {
  auto cells = scenario::expand(scenario, selection);
  if (cells.size() == 1) return std::move(cells.front());
  std::string choice;
  for (const auto& [axis, value] : cells.front().cell) choice += fmt::format(" --set {}={}", axis, value);
  throw std::invalid_argument(
      fmt::format("{} has {} cells, and a drawing shows one: choose it, for instance with{}", scenario.file,
                  cells.size(), choice));
}

}  // namespace

void add_graph(CLI::App& app, Action& action) {
  using Draw = std::string (*)(const scenario::Topology&);
  static const std::map<std::string, Draw> formats{{"svg", report::topology_svg_file},
                                                   {"mermaid", report::topology_mermaid},
                                                   {"dot", report::topology_dot}};
  CLI::App* command =
      app.add_subcommand("graph", "Draw the network of one cell of a scenario, to standard output");
  auto options = std::make_shared<SelectionOptions>();
  auto format = std::make_shared<std::string>("svg");
  options->add_to(*command);
  command
      ->add_option("--format", *format, "svg, a drawing; mermaid or dot, text for those who draw themselves")
      ->check(CLI::IsMember({"svg", "mermaid", "dot"}))
      ->option_text("svg|mermaid|dot");
  command->callback([options, format, &action] {
    action = [options, format] {
      const auto scenario = scenario::load_scenario(options->file());
      fmt::print("{}", formats.at(*format)(only_cell(scenario, options->selection()).topology));
      return kExitGood;
    };
  });
}

void add_schema(CLI::App& app, Action& action) {
  app.add_subcommand("schema", "Print the JSON Schema of scenario files")->callback([&action] {
    action = [] {
      fmt::print("{}\n", scenario::schema().dump(2));
      return kExitGood;
    };
  });
}

void add_report(CLI::App& app, Action& action) {
  CLI::App* command =
      app.add_subcommand("report", "Write table, results and report.html again from a run's journal");
  auto directory = std::make_shared<std::string>();
  command->add_option("DIR", *directory, "The directory of the run")->required();
  command->callback([directory, &action] {
    action = [directory] {
      report_on(std::filesystem::canonical(*directory));
      return kExitGood;
    };
  });
}

}  // namespace banco::run
