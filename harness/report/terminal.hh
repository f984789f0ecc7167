// The results of a run as aligned text for people at a terminal.
//
// One row a cell, one column a main metric: the median over blocks and, in brackets, its interval. What is
// wider than the terminal goes on in a further table with the same first columns.
#pragma once

#include <string>
#include <vector>

#include "harness/report/results.hh"
#include "harness/report/thesis.hh"

namespace banco::report {

// Everything from headline to failures, ending in a newline. `width_columns` is the terminal's (at least 40
// is assumed); `colour` adds ANSI colours to verdicts, which are words anyway.
std::string terminal_table(const Results& results, const std::vector<ThesisView>& theses, int width_columns,
                           bool colour);

}  // namespace banco::report
