// The commands of banco, one function each: reads its part of the command line, builds the parts, runs.
// Each adds itself to `app` and leaves in `action` what is to be done, which returns the exit code.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace banco::run {

using Action = std::function<int()>;

void add_doctor(CLI::App& app, Action& action);
void add_plan(CLI::App& app, Action& action);
void add_run(CLI::App& app, Action& action);
void add_explain(CLI::App& app, Action& action);
void add_graph(CLI::App& app, Action& action);
void add_schema(CLI::App& app, Action& action);
void add_image(CLI::App& app, Action& action);
void add_reproduce(CLI::App& app, Action& action);
void add_report(CLI::App& app, Action& action);
void add_up(CLI::App& app, Action& action);
void add_ps(CLI::App& app, Action& action);
void add_exec(CLI::App& app, Action& action);
void add_shell(CLI::App& app, Action& action);
void add_impair(CLI::App& app, Action& action);
void add_capture(CLI::App& app, Action& action);
void add_down(CLI::App& app, Action& action);

}  // namespace banco::run
