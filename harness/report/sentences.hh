// The generated sentences on top of the page and above the terminal table. Plain text; whoever shows them
// escapes.
#pragma once

#include <string>
#include <vector>

#include "harness/report/results.hh"
#include "harness/report/thesis.hh"

namespace banco::report {

// "With vms = 8, bridge has the highest tcp throughput: 1290 Mbit/s, 3.7 × vde (95 % interval 3.5 to 3.9,
// 6 blocks)." Empty when there are not two arms to compare. Arms are compared within blocks
// (stats::compare_paired) at the greatest value of the axis that the charts run along.
std::string comparison_sentence(const Results& results);

// That frames were captured in some cells. Empty when there were none.
std::string taint_sentence(const Results& results);

// That containers had fewer limits than the scenario asks for, and why. Empty when they had all.
std::string limits_sentence(const Results& results);

// How many cells in how many blocks were measured, what failed, and whether the run came to its end.
std::string outcome_sentence(const Results& results);

// "Of 5 claims, 4 hold and 1 lacks evidence." Empty when there is no claim.
std::string verdict_sentence(const std::vector<ThesisView>& theses);

}  // namespace banco::report
