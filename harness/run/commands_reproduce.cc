// reproduce: run what a thesis measured, and judge its claims on what this machine measures.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "harness/ledger/ledger.hh"
#include "harness/run/commands.hh"
#include "harness/run/installation.hh"
#include "harness/run/run_scenario.hh"
#include "harness/run/selection_options.hh"
#include "impl/base/file_descriptor.hh"
#include "impl/base/system_error.hh"

namespace banco::run {
namespace {

constexpr const char* kMainRow = "vde-switch-table";

std::vector<ledger::Row> ledger_rows() {
  return ledger::load_ledger(data_directory() / "scenarios/theses/ledger.yaml");
}

// Where the last run of a row lies; --list judges from its journal.
std::filesystem::path memory_of(const std::string& id) {
  return cache_directory() / "reproduced" / id;
}

void remember(const std::string& id, const std::filesystem::path& directory) {
  std::filesystem::create_directories(memory_of(id).parent_path());
  base::write_file_atomically(memory_of(id), std::filesystem::canonical(directory).string());
}

int list_rows() {
  const auto rows = ledger_rows();
  std::map<std::string, std::vector<ledger::ClaimVerdict>> last;
  for (const ledger::Row& row : rows) {
    try {
      const std::filesystem::path directory = base::read_file(memory_of(row.id));
      last[row.id] = ledger::judge(row, measure::read_journal(directory / "journal.jsonl"));
    } catch (const std::exception&) {  // never run here, or its results have been removed
    }
  }
  fmt::print("{}", ledger::list_text(rows, last));
  return kExitGood;
}

int reproduce_row(const ledger::Row& row, bool full, const RunOptions& options) {
  if (row.scenario.empty()) {
    fmt::print(stderr, "{}: {}\n", row.id, row.obstacle.value_or("not built yet"));
    return kExitFailed;
  }
  scenario::Selection selection;
  selection.quick = !full;
  const Plan plan =
      make_plan(scenario::load_scenario(data_directory() / "scenarios" / row.scenario), selection);
  fmt::print(stderr, "{}", plan_text(plan));
  RunOptions in_directory = options;
  if (!in_directory.directory) in_directory.directory = default_directory(plan);
  const int exit_code = run_scenario(plan, in_directory);
  remember(row.id, *in_directory.directory);
  return exit_code;
}

int reproduce(const std::vector<std::string>& ids, bool full, const RunOptions& options) {
  const auto rows = ledger_rows();
  std::vector<const ledger::Row*> wanted;
  for (const std::string& id : ids) {
    const auto row =
        std::find_if(rows.begin(), rows.end(), [&](const ledger::Row& each) { return each.id == id; });
    if (row == rows.end())
      throw std::invalid_argument("no row '" + id + "' in the ledger: banco reproduce --list");
    wanted.push_back(&*row);
  }
  if (options.directory && wanted.size() > 1)
    throw std::invalid_argument("--out takes the results of one row only");
  int exit_code = kExitGood;
  for (const ledger::Row* row : wanted) {
    exit_code = std::max(exit_code, reproduce_row(*row, full, options));
    if (exit_code == kExitInterrupted) break;
  }
  return exit_code;
}

}  // namespace

void add_reproduce(CLI::App& app, Action& action) {
  CLI::App* command = app.add_subcommand("reproduce", "Run what the theses measured and judge their claims");
  auto ids = std::make_shared<std::vector<std::string>>();
  auto full = std::make_shared<bool>(false);
  auto list = std::make_shared<bool>(false);
  auto options = std::make_shared<RunOptions>();
  command->add_option("ID", *ids, fmt::format("Rows of the ledger; default {}", kMainRow));
  command->add_flag("--full", *full, "The whole table of the thesis, not the quick part");
  command->add_flag("--list", *list, "Print the ledger with the last verdicts");
  add_run_options(*command, *options);
  command->callback([ids, full, list, options, &action] {
    action = [ids, full, list, options] {
      if (*list) return list_rows();
      if (ids->empty()) ids->emplace_back(kMainRow);
      return reproduce(*ids, *full, *options);
    };
  });
}

}  // namespace banco::run
