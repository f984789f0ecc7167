#include "harness/report/terminal.hh"

#include <gmock/gmock.h>

#include <sstream>

#include "harness/report/test_runs.hh"
#include "harness/report/text.hh"
#include "harness/report/text_table.hh"

namespace banco::report {
namespace {

using measure::Outcome;
using test::cell;
using test::RunBuilder;
using testing::HasSubstr;
using testing::Not;

std::size_t widest_line(const std::string& text) {
  std::size_t widest = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) widest = std::max(widest, width_of(line));
  return widest;
}

TEST(TextTable, AlignsByCharactersAndWrapsHeaders) {
  EXPECT_EQ(render_text_table(
                {{"name", false, true, {"a", "µµµ"}}, {"tcp throughput here", true, false, {"1", "22"}}}, 80),
            "             tcp\n"
            "      throughput\n"
            "name        here\n"
            "────  ──────────\n"
            "a              1\n"
            "µµµ           22\n");
}

TEST(TextTable, GoesOnBelowWithTheSameFirstColumn) {
  const auto text = render_text_table(
      {{"k", false, true, {"x"}}, {"one", true, false, {"1111111111"}}, {"two", true, false, {"2222222222"}}},
      20);
  EXPECT_LE(widest_line(text), 20u);
  EXPECT_THAT(text, HasSubstr("x  1111111111\n\n"));
  EXPECT_THAT(text, HasSubstr("x  2222222222\n"));
}

TEST(TerminalTable, ShowsMainMetricsInHumanUnits) {
  const auto text = terminal_table(compute(test::two_switches()), {}, 120, false);
  EXPECT_THAT(text, HasSubstr("Mbit/s"));
  EXPECT_THAT(text, HasSubstr("207 (202–212)"));
  EXPECT_THAT(text, HasSubstr("0.400"));
  EXPECT_THAT(text, HasSubstr("25.0"));
  EXPECT_THAT(text, HasSubstr("6 ok"));
  EXPECT_THAT(text, Not(HasSubstr("boot")));
  EXPECT_LE(widest_line(text), 120u);
}

TEST(TerminalTable, FitsNarrowTerminals) {
  EXPECT_LE(widest_line(terminal_table(compute(test::two_switches()), {}, 60, false)), 60u);
}

TEST(TerminalTable, PutsThePublishedFigureBesideTheMeasuredOne) {
  const auto text = terminal_table(compute(test::two_switches()), {test::one_thesis()}, 120, false);
  EXPECT_THAT(text,
              testing::ContainsRegex("switch vde, vms 2  tcp throughput +390 Mbit/s +104 Mbit/s +0.265 ×"));
  EXPECT_THAT(text, HasSubstr("not measured"));
  EXPECT_THAT(text, HasSubstr("✓ holds\n"));
  EXPECT_THAT(text, HasSubstr("✗ does not hold\n"));
}

TEST(TerminalTable, AddsColourOnlyWhenAsked) {
  const auto results = compute(test::two_switches());
  EXPECT_THAT(terminal_table(results, {test::one_thesis()}, 80, false), Not(HasSubstr("\x1b")));
  EXPECT_THAT(terminal_table(results, {test::one_thesis()}, 80, true), HasSubstr("\x1b[32m✓ holds\x1b[0m"));
}

TEST(TerminalTable, NamesWhatFailedAndLetsNoEscapeSequenceThrough) {
  RunBuilder builder(1);
  builder.value(1, cell("\x1b[2Jvde\x07", "2"), "\x1b]0;x.throughput.sum", 1, "\x1b[3m");
  builder.ended(1, cell("\x1b[2Jvde\x07", "2"), Outcome::kFailed, "\x1b[31mvm1\nis gone");
  const auto text = terminal_table(compute(builder.run), {}, 80, false);
  EXPECT_THAT(text, HasSubstr("failed: switch vde\uFFFD, vms 2, block 1: vm1 is gone"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(TerminalTable, MarksWhatWasCaptured) {
  const auto text = terminal_table(compute(test::with_captures(test::two_switches(), "vde")), {}, 120, false);
  EXPECT_THAT(text, HasSubstr("6 ok, captured"));
  EXPECT_THAT(text, HasSubstr("Frames were captured in 2 cells"));
}

TEST(TerminalTable, SaysSomethingAboutAnEmptyRun) {
  EXPECT_EQ(terminal_table(compute(measure::Run{}), {}, 80, true),
            "The run has no cells: nothing was measured.\n");
}

}  // namespace
}  // namespace banco::report
