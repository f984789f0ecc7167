// What a run measured, cell by cell and block by block, and the two sides of a claim brought together in
// pairs. Between the journal (measure::Run) and judge.cc; nothing here knows what is claimed.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "harness/measure/journal.hh"

namespace banco::ledger {

// One side of a comparison: a metric in the one cell that has all of `axes`.
struct Side {
  std::string metric;
  measure::Cell axes;
};

// The values of both sides; those at the same index come from the same block.
struct Pairs {
  std::string unit;  // of both sides
  std::vector<double> subject;
  std::vector<double> versus;
  long block_count = 0;  // planned, or begun when those are more
  std::string left_out;  // why a block gave no pair; empty only when each gave one and there was one
};

// A block gives a pair when the last word on both cells was `ok`, both metrics were measured there as
// finite numbers in one unit, neither is tainted, and their keys do not contradict (measure::Key: what must
// be equal before two results may be compared). Of two samples of one metric, cell and block the later one
// counts: the cell was run again.
class Measurements {
 public:
  explicit Measurements(const measure::Run& run);

  // No pairs and the reason in `left_out` when a side names no cell of the run, or more than one.
  Pairs pair(const Side& subject, const Side& versus) const;

  // Values of `axis` in the cells that have all of `where`, each once, in the order of the plan.
  std::vector<std::string> axis_values(const std::string& axis, const measure::Cell& where) const;

 private:
  struct Value {
    double value = 0;
    std::string unit;
    measure::Key key;
    bool tainted = false;
  };
  struct Attempt {
    std::optional<measure::Outcome> outcome;  // nothing: it never ended
    std::string reason;
    std::map<std::string, Value> values;  // by metric
  };
  using Blocks = std::map<int, Attempt>;
  // The one cell, or the sentence that says why there is none.
  using Choice = std::variant<const Blocks*, std::string>;
  using Reading = std::variant<const Value*, std::string>;

  Blocks& blocks_of(const measure::Cell& cell);
  Choice choose(const measure::Cell& axes) const;
  std::string say_missing(const measure::Cell& axes) const;
  static Reading read(const Blocks& blocks, int block, const Side& side);

  std::vector<measure::Cell> cells_;  // in the order of the plan, unplanned ones last
  std::map<measure::Cell, Blocks> blocks_;
  long planned_block_count_ = 0;
};

}  // namespace banco::ledger
