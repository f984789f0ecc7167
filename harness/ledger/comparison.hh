// Two sides of a claim, or one against a limit, compared by their 95 % interval, with the sentence that says
// what was seen. The pieces of which judge.cc makes each kind of claim.
#pragma once

#include <limits>
#include <string>

#include "harness/ledger/ledger.hh"
#include "harness/ledger/measurements.hh"
#include "harness/stats/interval.hh"

namespace banco::ledger {

struct Finding {
  Verdict verdict = Verdict::kNotEnoughEvidence;
  std::string evidence;
};

// Where a quantity must lie for the claim to hold. `open_low`: `low` itself is not enough.
struct Range {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool open_low = false;
};

// Holds when the whole interval lies in the range, does not hold when it lies wholly outside.
Verdict place(const stats::Interval& interval, const Range& range);

// Where subject / versus, times `scale`, lies.
Finding judge_ratio(const Side& subject, const Side& versus, Pairs pairs, const Range& range,
                    double scale = 1);
// Whether subject is more than versus: by ratio, by difference when a block has a 0.
Finding judge_order(const Side& subject, const Side& versus, const Pairs& pairs);
// Whether the median of the subject side is at most `limit`.
Finding judge_limit(const Side& side, const Pairs& pairs, double limit);

// "6 blocks", "4 of 6 blocks, others left out (vms 4 in block 3: failed, no route to host)".
std::string blocks_text(const Pairs& pairs);

}  // namespace banco::ledger
