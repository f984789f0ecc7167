// What did not succeed, told once for all blocks in which it went wrong in the same way.
#pragma once

#include <string>
#include <vector>

#include "harness/measure/journal.hh"

namespace banco::report {

struct Failure {
  const measure::CellResult* last = nullptr;  // points into the run
  std::vector<int> blocks;                    // in the order of the journal
};

// Cells that failed, then skipped, then interrupted ones; equal cell and reason make one entry.
std::vector<Failure> list_failures(const measure::Run& run);

// "block 3", "blocks 1–3, 5".
std::string block_words(const std::vector<int>& blocks);

}  // namespace banco::report
