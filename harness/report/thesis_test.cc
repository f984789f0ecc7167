#include "harness/report/thesis.hh"

#include <gmock/gmock.h>

#include <set>

#include "harness/report/test_runs.hh"

namespace banco::report {
namespace {

using test::cell;

TEST(PairFigures, FindsTheCellOfEachFigure) {
  const auto pairs = pair_figures(compute(test::two_switches()), test::one_thesis().row);
  ASSERT_EQ(pairs.size(), 3u);
  EXPECT_NEAR(pairs[0].measured->median, 103.5e6, 1);
  EXPECT_NEAR(*pairs[0].ratio, 103.5 / 390, 1e-9);
  EXPECT_EQ(pairs[1].ratio, std::nullopt);
  EXPECT_EQ(pairs[2].measured, std::nullopt);
  EXPECT_EQ(pairs[2].cell, cell("vde", "6"));
}

TEST(PairFigures, TakesEveryCellThatHasTheAxesOfTheFigure) {
  auto row = test::one_thesis().row;
  row.figures = {{"tcp.throughput.sum", {{"switch", "vde"}}, 390e6, "bit/s", ""}};
  EXPECT_EQ(pair_figures(compute(test::two_switches()), row).size(), 2u);
}

TEST(PairFigures, DoesNotCompareDifferentUnits) {
  auto row = test::one_thesis().row;
  row.figures = {{"tcp.throughput.sum", cell("vde", "2"), 390, "Mbit/s", "390 Mbit/s"}};
  EXPECT_EQ(pair_figures(compute(test::two_switches()), row)[0].measured, std::nullopt);
}

TEST(PairFigures, DoesNotCompareWhatWasCaptured) {
  const auto run = test::with_captures(test::two_switches(), "vde");
  const auto pairs = pair_figures(compute(run), test::one_thesis().row);
  EXPECT_EQ(pairs.at(0).measured, std::nullopt);
  EXPECT_EQ(pairs.at(0).ratio, std::nullopt);
}

TEST(SignOf, TellsVerdictsApartWithoutColour) {
  using ledger::Verdict;
  std::set<std::string> signs;
  for (const auto verdict : {Verdict::kHolds, Verdict::kDoesNotHold, Verdict::kNotEnoughEvidence,
                             Verdict::kCannotBeTriedHere, Verdict::kNotBuiltYet}) {
    signs.insert(sign_of(verdict));
  }
  EXPECT_EQ(signs.size(), 5u);
}

}  // namespace
}  // namespace banco::report
