// The text of `banco reproduce --list`, and the words of figures in it and in evidence.
#include <gtest/gtest.h>

#include "harness/ledger/ledger.hh"
#include "harness/ledger/words.hh"

namespace banco::ledger {
namespace {

std::vector<ClaimVerdict> verdicts_of(const std::vector<Verdict>& verdicts) {
  std::vector<ClaimVerdict> list;
  for (const auto verdict : verdicts) list.push_back({Claim{}, verdict, ""});
  return list;
}

TEST(List, SaysWhatBecameOfEachRow) {
  std::vector<Row> rows(5);
  rows[0].id = "a";
  rows[1].id = "longer-id";
  rows[2].id = "c";
  rows[3].id = "d";
  rows[4].id = "e";
  for (auto& row : rows) {
    row.seed = "000";
    row.section = "2.1";
    row.title = "Title of " + row.id;
    row.scenario = "theses/x.yaml";
  }
  rows[2].scenario.clear();
  rows[3].obstacle = "no such kernel.";
  using enum Verdict;
  const auto text = list_text(
      rows, {{"a", verdicts_of({kHolds, kHolds, kDoesNotHold, kNotEnoughEvidence, kNotEnoughEvidence})},
             {"c", verdicts_of({kHolds})},
             {"e", verdicts_of({kHolds})}});
  EXPECT_EQ(text,
            "a          000, 2.1  Title of a\n"
            "           2 of 5 claims hold, 1 does not; 2 lack evidence\n"
            "longer-id  000, 2.1  Title of longer-id\n"
            "           not run yet\n"
            "c          000, 2.1  Title of c\n"
            "           not built yet\n"
            "d          000, 2.1  Title of d\n"
            "           cannot be tried here: no such kernel.\n"
            "e          000, 2.1  Title of e\n"
            "           1 of 1 claim holds\n");
}

TEST(List, OfNothingIsEmpty) {
  EXPECT_EQ(list_text({}, {}), "");
}

TEST(FormatValue, PicksAReadableUnit) {
  EXPECT_EQ(format_value(390e6, "bit/s"), "390 Mbit/s");
  EXPECT_EQ(format_value(1.29e9, "bit/s"), "1.29 Gbit/s");
  EXPECT_EQ(format_value(558e3, "bit/s"), "558 kbit/s");
  EXPECT_EQ(format_value(0, "bit/s"), "0 bit/s");
  EXPECT_EQ(format_value(0.0045, "ratio"), "0.45 %");
  EXPECT_EQ(format_value(-0.0045, "ratio"), "-0.45 %");
  EXPECT_EQ(format_value(1.0, "cpu"), "100 %");
  EXPECT_EQ(format_value(12.5, "cpu"), "1250 %");
  EXPECT_EQ(format_value(0.000573, "s"), "573 µs");
  EXPECT_EQ(format_value(0.0524, "s"), "52.4 ms");
  EXPECT_EQ(format_value(8.727, "s"), "8.73 s");
  EXPECT_EQ(format_value(3520, "count"), "3520");
  EXPECT_EQ(format_value(2, "apples"), "2 apples");
}

TEST(CellText, NamesTheAxisOfNumbersOnly) {
  EXPECT_EQ(cell_text({{"switch", "vde"}, {"vms", "2"}}), "vde, vms 2");
  EXPECT_EQ(cell_text({}), "the only cell");
}

TEST(ParseNumber, TakesWholeFiniteNumbersOnly) {
  EXPECT_EQ(parse_number("390e6"), 390e6);
  EXPECT_EQ(parse_number("-2.5"), -2.5);
  for (const auto* text : {"", " 2", "2 ", "2M", "inf", "nan", "1e999", "0x10"})
    EXPECT_EQ(parse_number(text), std::nullopt) << text;
}

}  // namespace
}  // namespace banco::ledger
