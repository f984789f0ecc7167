// How one claim is judged on what a run measured: the exact rule of each kind.
//
// A comparison has two sides, subject and versus. Each is a metric in the one cell that has the axes of
// `where` and, when the claim names an axis, `subject` or `versus` on it. The versus side measures
// `versus_metric` when the claim names one. Values are paired within blocks (measurements.hh); what cannot be
// paired is left out and said so in the evidence.
//
// A verdict rests on a 95 % interval over blocks and on nothing else: `holds` when the whole interval lies
// where the claim says, `does not hold` when the whole interval lies elsewhere, otherwise `not enough
// evidence`. Below 6 blocks there is no such interval. `ratio` below is subject / versus, geometric mean over
// blocks (stats::compare_paired). A block in which both sides are 0 has the ratio 1; a block in which one
// is (a loss of nothing) has none, and then nothing that needs ratios is decided.
//
// With t for the tolerance, "about 1" for the range 1/(1+t) … 1+t (so that swapping the sides changes
// nothing), and the interval being that of the ratio unless said otherwise:
//
// order: above 1, subject is more than versus. When a block has a 0: the interval of the median difference
//   above 0.
//
// ratio: at or above `bound`. With a tolerance: within bound·(1−t) … bound·(1+t).
//
// agree: about 1.
//
// at_most: the interval of the median of `metric` at or below `bound`.
//
// plateau: the knee (`bound`, a value on `axis`) against the least value on `axis` above 1, it grew; and
// every
//   value beyond the knee against the knee about 1.
//
// linear_then_ceiling: for each two neighbours on `axis` up to `bound`, the ratio divided by that of the two
//   axis values about 1; and the last two values on `axis` about 1. Between `bound` and the ceiling nothing
//   is asked.
//
// exists: no interval. `metric` is above 0 in every finished block, of which one is enough; a finished block
// in
//   which it is 0 contradicts.
//
// A claim of several comparisons holds when all do and does not hold when one does not; each stands at 95 %,
// so a plateau of three comparisons is contradicted by chance up to three times as often as a single order.
#pragma once

#include "harness/ledger/ledger.hh"
#include "harness/ledger/measurements.hh"

namespace banco::ledger {

// Never throws for what a run may hold; numbers that cannot be computed are `not enough evidence`.
ClaimVerdict judge_claim(const Claim& claim, const Measurements& measurements);

}  // namespace banco::ledger
