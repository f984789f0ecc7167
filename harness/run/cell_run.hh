// One cell of one block: build its topology, wait until traffic really passes, measure, take it down.
#pragma once

#include <filesystem>
#include <stop_token>

#include "harness/run/progress.hh"
#include "harness/run/recorder.hh"
#include "harness/run/stage.hh"
#include "harness/scenario/scenario.hh"

namespace banco::run {

// How it ended; a failed cell carries the reason and the consoles. Records boot.time (s): from here until the
// first ping of every pair has come back. Throws only what concerns the whole run (a journal that cannot be
// written).
measure::CellResult run_cell(const scenario::CellPlan& plan, const GuestResources& resources, int block,
                             measure::JournalWriter& journal, const measure::Key& key, Progress& progress,
                             const std::filesystem::path& log_directory, const std::string& log_prefix,
                             const std::stop_token& stop);

}  // namespace banco::run
