// The plan of a run: what will happen, how long it takes, what it needs, what is skipped and why.
// `banco plan` prints it, `banco run` follows it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/scenario/parse.hh"

namespace banco::run {

struct PlannedCell {
  scenario::CellPlan plan;
  std::optional<std::string> obstacle;  // why it is skipped
  std::chrono::seconds duration{0};     // estimate for one block
};

struct Plan {
  scenario::Scenario scenario;
  std::vector<PlannedCell> cells;
  int block_count = 0;
  std::uint64_t seed = 0;
  std::chrono::seconds duration{0};  // all blocks of all cells that are not skipped
  std::uint64_t peak_memory_bytes = 0;
  int guest_boot_count = 0;
  std::string unenforced_limits;  // in one sentence; empty where all that are asked for are enforced
};

// Throws scenario::ScenarioError, std::invalid_argument (both before anything is started).
Plan make_plan(const scenario::Scenario& scenario, const scenario::Selection& selection);

// Of the machines in cells that are not skipped.
std::set<scenario::MachineKind> kinds_of(const Plan& plan);

// For people.
std::string plan_text(const Plan& plan);

// The cells of block `block` (from 1) in the order in which they run: shuffled by the seed, the same each
// time.
std::vector<std::size_t> order_of_block(const Plan& plan, int block);

}  // namespace banco::run
