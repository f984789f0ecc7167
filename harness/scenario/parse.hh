// What one does with a scenario file: read it, expand its matrix into cells, explain it, publish its schema.
// The types are in scenario.hh; how they are written in YAML is described once, in scenario_fields.hh.
//
// Trust: the file may be anything. It is refused with one ScenarioError beyond 1 MiB, 32 levels of nesting,
// 100,000 YAML values, 16 axes, 10,000 cells, 1,024 nodes a cell, or 100,000 nodes, links and pairs in all
// cells together; aliases count as often as they are used.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "harness/scenario/error.hh"
#include "harness/scenario/scenario.hh"

namespace banco::scenario {

// Which part of a scenario is meant, as the command line says it.
struct Selection {
  bool quick = false;                                         // apply what the file says under `quick:`
  std::map<std::string, std::vector<std::string>> axes = {};  // --set axis=value[,value]; goes before quick
  std::optional<int> block_count = {};                        // goes before quick
  std::optional<std::uint64_t> seed = {};                     // goes before `sampling: {seed: …}`
};

// Read and check the whole file, every cell of its matrix included.
// Throw ScenarioError; load_scenario also when the file cannot be read.
Scenario load_scenario(const std::filesystem::path& path);
Scenario parse_scenario(std::string text, std::string file_name);

// The selected cells in the order of the file, the last axis fastest; one cell {} without a matrix.
// An axis of `selection` replaces the values of that axis of the file, or gives a value to a variable that
// the file uses with a default (`${n:-4}`), which then is an axis like the others.
// Throws ScenarioError (a cell that cannot be), std::invalid_argument (an axis that the file does not know).
std::vector<CellPlan> expand(const Scenario& scenario, const Selection& selection = {});

// How often each cell is visited. Throws std::invalid_argument unless it is 1..1000.
int block_count(const Scenario& scenario, const Selection& selection = {});

// The full form: each selected cell as a scenario file of its own, with nothing left to ranges, globs,
// variables or defaults. Several cells are separated by lines `---`; each reads back as the same CellPlan.
// Throws as expand() and block_count() do.
std::string explain(const Scenario& scenario, const Selection& selection = {});

// The format as JSON Schema, draft 2020-12; scenarios/schema/scenario-v1.json holds its text.
nlohmann::ordered_json schema();

}  // namespace banco::scenario
