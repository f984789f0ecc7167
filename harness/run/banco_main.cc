// banco: the command line. Parses it, runs one command, and turns what goes wrong into a sentence and an exit
// code.
#include <fmt/format.h>

#include <cstdio>
#include <exception>

#include "harness/run/commands.hh"
#include "harness/run/environment.hh"
#include "harness/run/installation.hh"
#include "harness/run/run_scenario.hh"
#include "harness/scenario/error.hh"

int main(int argc, char** argv) {
  using namespace banco;
  CLI::App app{"banco: boots machines on virtual networks and measures which network did what"};
  app.set_version_flag("--version", run::kBancoVersion);
  app.require_subcommand(1);
  run::Action action;
  for (const auto add :
       {run::add_run, run::add_plan, run::add_explain, run::add_graph, run::add_schema, run::add_reproduce,
        run::add_report, run::add_image, run::add_doctor, run::add_up, run::add_ps, run::add_exec,
        run::add_shell, run::add_impair, run::add_capture, run::add_down})
    add(app, action);
  try {
    app.parse(argc, argv);
    run::prefer_own_programs();
    return action();
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? run::kExitGood : run::kExitUsage;
  } catch (const scenario::ScenarioError& error) {
    fmt::print(stderr, "{}\n", error.what());
    return run::kExitUsage;
  } catch (const std::invalid_argument& error) {
    fmt::print(stderr, "banco: {}\n", error.what());
    return run::kExitUsage;
  } catch (const std::exception& error) {
    fmt::print(stderr, "banco: {}\n", error.what());
    return run::kExitFailed;
  }
}
