// Words about results that terminal, page and sentences share: names of cells, ranges, outcomes, the scale of
// a metric. Plain text; whoever shows them escapes.
#pragma once

#include <string>

#include "harness/report/format.hh"
#include "harness/report/results.hh"
#include "harness/report/thesis.hh"

namespace banco::report {

// The metric that sentences and the first chart are about: the first throughput, else the first main one.
// Empty when the run has no main metric.
std::string headline_metric(const Results& results);

// The best is the highest for a throughput and the lowest for everything else (time, loss, CPU).
bool is_higher_better(const std::string& metric);

// One scale for a metric in all cells, so that its figures can be compared by eye.
Scale scale_of(const Results& results, const Metric& metric);

// "switch vde, vms 8" in the order of the axes.
std::string cell_words(const Results& results, const measure::Cell& cell);

// The name of the scenario file without its folder, which means nothing elsewhere.
std::string file_words(const measure::RunHeader& header);

// The interval of the median "341–356"; least and greatest "341…356" where there is no interval; empty for
// one value.
std::string range_words(const stats::Summary& summary, const Scale& scale);
// What the two forms mean.
std::string range_legend();

// "6 ok", "4 ok, 1 failed, 1 not made".
std::string outcome_words(const OutcomeCounts& counts);
// The same of one cell, and whether it was captured: "6 ok, captured".
std::string blocks_words(const CellSummary& cell);

// A figure of a seed as the seed prints it, or in our words when it does not say.
std::string seed_words(const ledger::Figure& figure);
// What was measured for it, in the same unit as seed_words; "not measured" without a value.
std::string measured_words(const FigurePair& pair);

}  // namespace banco::report
