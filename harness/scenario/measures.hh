// From what a file says about its measures to the pairs and names of one cell.
#pragma once

#include <vector>

#include "harness/scenario/entries.hh"
#include "harness/scenario/reading.hh"

namespace banco::scenario {

// Default names given, words for pairs made lists, references to other measures checked.
// Throws ScenarioError.
std::vector<Measure> make_measures(const std::vector<MeasureEntry>& entries, const Topology& topology,
                                   Reading& reading);

}  // namespace banco::scenario
