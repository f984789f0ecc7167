// A whole run: plan, images, lab, blocks of shuffled cells, journal, outputs.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "harness/measure/journal.hh"
#include "harness/run/guests.hh"
#include "harness/run/plan.hh"

namespace banco::run {

struct RunOptions {
  std::optional<std::filesystem::path> directory;  // otherwise banco-runs/NAME-TIME
  GuestOptions guests;
};

// Exit codes of programs.
inline constexpr int kExitGood = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitInterrupted = 130;

// banco-runs/NAME-TIME below the working directory.
std::filesystem::path default_directory(const Plan& plan);

// Runs the plan and leaves journal.jsonl, results.json, results.csv, report.html and the console logs in the
// directory; prints the table on standard output, progress on standard error. Returns the exit code: 0, 1
// when a cell failed or nothing could be measured, 130 when the user ended it (what was measured is kept and
// reported). Throws std::runtime_error when nothing can be started: one sentence, nothing left behind.
int run_scenario(const Plan& plan, const RunOptions& options);

// Computes and writes everything that follows from `directory`/journal.jsonl, and prints the table.
// Throws std::runtime_error.
void report_on(const std::filesystem::path& directory);

}  // namespace banco::run
