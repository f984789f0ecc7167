// plan, run, explain, schema, report: what one does with a scenario file and with results.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

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
