#include "harness/run/run_scenario.hh"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <set>
#include <stdexcept>

#include "harness/ledger/ledger.hh"
#include "harness/machine/lab.hh"
#include "harness/report/results.hh"
#include "harness/report/terminal.hh"
#include "harness/report/write.hh"
#include "harness/run/cell_run.hh"
#include "harness/run/environment.hh"
#include "harness/run/guests.hh"
#include "harness/run/installation.hh"
#include "harness/run/interruption.hh"
#include "harness/run/limits.hh"
#include "harness/run/requirements.hh"

namespace banco::run {
namespace {

constexpr const char* kJournalName = "journal.jsonl";

// Refuses a directory that holds results already; makes nothing yet.
std::filesystem::path choose_directory(const Plan& plan, const RunOptions& options) {
  const auto directory = options.directory.value_or(default_directory(plan));
  if (std::filesystem::exists(directory / kJournalName))
    throw std::runtime_error(directory.string() + " holds the results of another run: choose another --out");
  return directory;
}

measure::RunHeader header_of(const Plan& plan, const std::string& acceleration) {
  measure::RunHeader header;
  header.banco_version = kBancoVersion;
  header.time = now();
  header.scenario_name = plan.scenario.name;
  header.scenario_text = plan.scenario.text;
  header.scenario_file = plan.scenario.file;
  header.seed = plan.seed;
  header.block_count = plan.block_count;
  for (const PlannedCell& cell : plan.cells) header.cells.push_back(cell.plan.cell);
  header.environment = describe_machine();
  if (!acceleration.empty()) header.environment["acceleration"] = acceleration;
  if (!plan.unenforced_limits.empty())
    header.environment[measure::kUnenforcedLimits] = plan.unenforced_limits;
  return header;
}

void record_skip(const PlannedCell& cell, int block, measure::JournalWriter& journal, Progress& progress) {
  progress.cell_started(block, cell.plan.cell);
  measure::CellResult result;
  result.started = result.ended = now();
  result.block = block;
  result.cell = cell.plan.cell;
  result.outcome = measure::Outcome::kSkipped;
  result.reason = *cell.obstacle;
  journal.write(result);
  progress.cell_ended(result.outcome, result.reason);
}

// Every block visits every cell once, in an order of its own.
measure::RunEnd run_blocks(const Plan& plan, const GuestResources& resources, measure::JournalWriter& journal,
                           const std::filesystem::path& directory, const std::stop_token& stop) {
  std::filesystem::create_directory(directory / "consoles");
  Progress progress(plan.cells.size() * static_cast<std::size_t>(plan.block_count), plan.duration);
  measure::RunEnd end;
  int failed_count = 0;
  for (int block = 1; block <= plan.block_count; ++block) {
    for (const std::size_t index : order_of_block(plan, block)) {
      const PlannedCell& cell = plan.cells[index];
      if (cell.obstacle) {
        record_skip(cell, block, journal, progress);
        continue;
      }
      const auto result =
          run_cell(cell.plan, resources, block, journal, key_of(cell.plan, resources), progress, directory,
                   fmt::format("block{}-cell{}", block, index + 1), stop);
      if (result.outcome == measure::Outcome::kFailed) ++failed_count;
      if (result.outcome == measure::Outcome::kInterrupted)
        return {.time = now(), .outcome = result.outcome, .reason = result.reason};
    }
  }
  end.time = now();
  if (failed_count > 0) {
    end.outcome = measure::Outcome::kFailed;
    end.reason = fmt::format("{} of {} cells failed", failed_count,
                             plan.cells.size() * static_cast<std::size_t>(plan.block_count));
  }
  return end;
}

int exit_code_of(measure::Outcome outcome) {
  if (outcome == measure::Outcome::kInterrupted) return kExitInterrupted;
  return outcome == measure::Outcome::kOk ? kExitGood : kExitFailed;
}

// Inside the lab.
int run_in_this_lab(const Plan& plan, const RunOptions& options, GuestResources resources,
                    const std::filesystem::path& directory) {
  const InterruptionSignals signals;
  measure::Outcome outcome = measure::Outcome::kInterrupted;
  try {
    const std::string acceleration =
        provide_runtimes(resources, kinds_of(plan), options.guests, directory, signals.token());
    measure::JournalWriter journal(directory / kJournalName);
    journal.write(header_of(plan, acceleration));
    const measure::RunEnd end = run_blocks(plan, resources, journal, directory, signals.token());
    journal.write(end);
    outcome = end.outcome;
  } catch (const Interrupted&) {
    return kExitInterrupted;  // before the first cell: nothing was measured
  }
  report_on(directory);
  return exit_code_of(outcome);
}

int terminal_width() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 120;
  return size.ws_col;
}

// The rows of the ledger that this scenario reproduces.
std::vector<report::ThesisView> theses_of(const measure::Run& run) {
  std::vector<report::ThesisView> views;
  for (ledger::Row& row : ledger::load_ledger(data_directory() / "scenarios/theses/ledger.yaml"))
    if (std::filesystem::path(row.scenario).stem() == run.header.scenario_name) {
      auto verdicts = ledger::judge(row, run);
      views.push_back({.row = std::move(row), .verdicts = std::move(verdicts)});
    }
  return views;
}

}  // namespace

std::filesystem::path default_directory(const Plan& plan) {
  const auto time = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  return std::filesystem::path("banco-runs") / fmt::format("{}-{:%Y%m%dT%H%M%SZ}", plan.scenario.name, time);
}

int run_scenario(const Plan& plan, const RunOptions& options) {
  const auto runnable = [](const PlannedCell& cell) { return !cell.obstacle; };
  if (std::none_of(plan.cells.begin(), plan.cells.end(), runnable))
    throw std::runtime_error("no cell can run here: " + *plan.cells.front().obstacle);
  if (auto obstacle = obstacle_to_libvirt(options.guests.libvirt_uri)) throw std::runtime_error(*obstacle);
  auto directory = choose_directory(plan, options);
  if (auto obstacle = obstacle_to_everything({directory, cache_directory()}))
    throw std::runtime_error(*obstacle);
  GuestResources resources;
  resources.images = provide_images(plan);
  resources.cache_directory = cache_directory();
  const auto limits = provide_limits(plan);
  resources.limits = limits.get();
  std::filesystem::create_directories(directory);
  directory = std::filesystem::canonical(directory);
  return machine::run_in_lab([&] { return run_in_this_lab(plan, options, std::move(resources), directory); });
}

void report_on(const std::filesystem::path& directory) {
  const measure::Run run = measure::read_journal(directory / kJournalName);
  const auto theses = theses_of(run);
  report::write_outputs(run, theses, directory);
  fmt::print(
      "{}\n{}\n",
      report::terminal_table(report::compute(run), theses, terminal_width(), ::isatty(STDOUT_FILENO) == 1),
      "report: " + (directory / "report.html").string());
}

}  // namespace banco::run
