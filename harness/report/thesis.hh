// A row of the ledger beside what was measured: the seed's figure, ours, their ratio, and the claims with
// their verdicts. Terminal, page and results.json show the same pairs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/ledger/ledger.hh"
#include "harness/report/results.hh"

namespace banco::report {

// One row of the ledger with the verdicts on this run (ledger::judge).
struct ThesisView {
  ledger::Row row;
  std::vector<ledger::ClaimVerdict> verdicts;
};

// One figure of a seed beside one cell of ours. Without `measured` that cell has no value.
struct FigurePair {
  ledger::Figure figure;
  measure::Cell cell;  // the figure's own axes when no cell of the run matches
  std::optional<stats::Summary> measured;
  std::optional<double> ratio;  // measured median / figure; absent when the figure is 0
};

// Each figure with every cell that has all of the figure's axis values. A figure whose unit is not the
// metric's is paired with nothing.
std::vector<FigurePair> pair_figures(const Results& results, const ledger::Row& row);

// A sign that says the same as the word of a verdict, for those who read by shape: ✓ ✗ ? – ….
std::string sign_of(ledger::Verdict verdict);

}  // namespace banco::report
