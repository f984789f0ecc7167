// What a run amounts to: its cells in the order of the matrix and each metric of each cell summed up.
// Every table, page and file that banco writes about a run is made from this.
//
// A sample counts when the last word on its cell and block was `ok`; of two samples of the same metric, cell
// and block (a cell that was interrupted and run again) the later one counts. Samples that do not
// count stay in `run`, and in the files, marked as such. Values that were measured while frames were captured
// (tainted) count and are shown, but never compared.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/measure/journal.hh"
#include "harness/measure/sample.hh"
#include "harness/stats/summary.hh"

namespace banco::report {

// One axis of the matrix. Values of a numeric axis are sorted as numbers, others keep the order of the file.
struct Axis {
  std::string name;
  std::vector<std::string> values;
  bool numeric = false;
};

struct Metric {
  std::string name;  // as in measure::Sample
  std::string unit;  // of its first sample; samples in another unit do not count
};

// Blocks of one cell by how they ended; `missing` were planned and have no result.
struct OutcomeCounts {
  int ok = 0;
  int failed = 0;
  int skipped = 0;
  int interrupted = 0;
  int missing = 0;

  bool operator==(const OutcomeCounts&) const = default;
};

struct CellSummary {
  measure::Cell cell;
  OutcomeCounts outcomes;
  std::map<std::string, stats::Summary> metrics;  // only those that have a value
  bool tainted = false;                           // one of those values is: compared with nothing
};

struct Results {
  measure::Run run;
  std::vector<bool> counts;        // for each of run.samples
  std::vector<Axis> axes;          // the one that changes slowest in the plan first
  std::vector<Metric> metrics;     // in the order of their first sample
  std::vector<CellSummary> cells;  // in the order of the plan; unplanned ones last
  OutcomeCounts total;             // all cells together
  std::string along;  // the numeric axis that charts run along; empty when no axis has two numbers
};

// Throws nothing of its own: an empty, unfinished or wholly failed run has results too.
Results compute(const measure::Run& run);

// The words that tell cells apart where `along` is equal: "vde", "vde, 1500"; "all" when there is one arm
// only; "vde (captured)" of a tainted cell.
std::string arm_name(const Results& results, const measure::Cell& cell);
// All of them, in the order of the cells.
std::vector<std::string> arm_names(const Results& results);

// Block → the sample of one metric of one cell that counts there and may be compared. Points into `results`.
std::map<int, const measure::Sample*> samples_by_block(const Results& results, const measure::Cell& cell,
                                                       const std::string& metric);

// The number that `text` is as a whole, in decimal notation; nothing otherwise.
std::optional<double> parse_number(const std::string& text);

}  // namespace banco::report
