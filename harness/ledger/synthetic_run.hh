// Runs made up for tests: values that are told, with a little noise that is the same every time.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "harness/ledger/ledger.hh"
#include "harness/measure/journal.hh"

namespace banco::ledger {

class SyntheticRun {
 public:
  explicit SyntheticRun(int block_count) { run_.header.block_count = block_count; }

  // `value` in every block, up to 1 % off, and each cell's noise another.
  SyntheticRun& add(const measure::Cell& cell, const std::string& metric, double value,
                    const std::string& unit = "bit/s") {
    std::vector<double> values;
    std::string name = metric;
    for (const auto& [axis, word] : cell) name += word;
    const auto phase = std::hash<std::string>{}(name) % 97;
    for (int block = 0; block < run_.header.block_count; ++block)
      values.push_back(value * (1 + 0.01 * (static_cast<double>((phase + 37 * block) % 97) / 48 - 1)));
    return add_values(cell, metric, values, unit);
  }

  // One value for each block, from block 1 on.
  SyntheticRun& add_values(const measure::Cell& cell, const std::string& metric,
                           const std::vector<double>& values, const std::string& unit = "bit/s") {
    if (results_.try_emplace(cell).second) run_.header.cells.push_back(cell);
    int block = 0;
    for (const double value : values) {
      ++block;
      run_.samples.push_back({{}, block, cell, metric, value, unit, {{"accel", "tcg"}}});
      if (results_[cell].emplace(block, true).second) {
        measure::CellResult result;
        result.block = block;
        result.cell = cell;
        run_.cells.push_back(result);
      }
    }
    return *this;
  }

  // The run, to be spoilt by the test.
  measure::Run& run() { return run_; }

 private:
  measure::Run run_;
  std::map<measure::Cell, std::map<int, bool>> results_;
};

}  // namespace banco::ledger
