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
// first ping of every pair has come back. Files of the cell go to `directory`, which is the run's: consoles
// to consoles/, captures to captures/, their names begin with `prefix`. Throws only what concerns the whole
// run (a journal that cannot be written).
measure::CellResult run_cell(const scenario::CellPlan& plan, const GuestResources& resources, int block,
                             measure::JournalWriter& journal, const measure::Key& key, Progress& progress,
                             const std::filesystem::path& directory, const std::string& prefix,
                             const std::stop_token& stop);

}  // namespace banco::run
