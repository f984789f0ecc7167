// What the tests of this folder share.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/scenario/parse.hh"

namespace banco::scenario {

// All scenario files of the project.
std::vector<std::filesystem::path> scenario_files();

// Everything a cell says, places excepted, as text that can be compared.
std::string plan_text(const CellPlan& plan);

// The only cell of a scenario.
CellPlan only_cell(const std::string& yaml);

// What a scenario with this `topology:` builds.
Topology topology_of(const std::string& topology);

}  // namespace banco::scenario
