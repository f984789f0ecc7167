// Writes what is computed from a journal beside it.
#pragma once

#include <filesystem>
#include <vector>

#include "harness/measure/journal.hh"
#include "harness/report/thesis.hh"

namespace banco::report {

// results.json, results.csv and report.html in `directory`, which must exist; each is replaced in one step,
// so a reader never meets half a file. Throws base::SystemError.
void write_outputs(const measure::Run& run, const std::vector<ThesisView>& theses,
                   const std::filesystem::path& directory);

}  // namespace banco::report
