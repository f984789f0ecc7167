// Runs made by hand for looking at the report page: what a real journal would hold, without an hour of
// measuring.
#pragma once

#include <vector>

#include "harness/measure/journal.hh"
#include "harness/report/thesis.hh"

namespace banco::browser_test {

// 3 switches × 4 sizes × 6 blocks with noise and some drift; some cells failed, one is skipped in each block.
measure::Run sample_run();
// 3 switches with 2 machines each, 10 blocks: no numeric axis to run along.
measure::Run one_size_run();
// Every name, reason and console tries to break out of the page.
measure::Run hostile_run();
// Every cell failed and the journal has no end.
measure::Run failed_run();

// A row of the ledger as seed 000 has it, with one verdict of each kind.
std::vector<report::ThesisView> sample_theses();

}  // namespace banco::browser_test
