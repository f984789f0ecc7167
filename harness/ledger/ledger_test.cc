#include "harness/ledger/ledger.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>

#include "impl/base/system_error.hh"

namespace banco::ledger {
namespace {

using testing::HasSubstr;

constexpr const char* kRow = R"(ledger: 1
rows:
  - id: vde-switch-table
    seed: "000"
    section: 2.3
    title: A title
    method: A method
    hardware: A computer
    scenario: theses/x.yaml
    figures:
      - {metric: tcp.throughput.sum, cell: {switch: vde, vms: 2}, value: 390e6, unit: bit/s, text: 390 Mbit/s}
    claims:
      - {kind: order, text: More., metric: tcp.throughput.sum, axis: vms, subject: 4, versus: 2, where: {switch: vde}}
)";

class LedgerFile : public testing::Test {
 protected:
  void SetUp() override { path_ = testing::TempDir() + "/ledger-" + std::to_string(::getpid()) + ".yaml"; }
  void TearDown() override { std::filesystem::remove(path_); }

  std::vector<Row> load(const std::string& text) {
    std::ofstream(path_) << text;
    return load_ledger(path_);
  }

  // The sentence, without the name of the file.
  std::string error_of(const std::string& text) {
    try {
      load(text);
    } catch (const std::runtime_error& error) {
      const std::string what = error.what();
      EXPECT_THAT(what, testing::StartsWith(path_ + ":"));
      return what.substr(std::min(path_.size() + 1, what.size()));
    }
    return "no error";
  }

  // What is wrong with kRow after `from` became `to`.
  std::string error_after(const std::string& from, const std::string& to) {
    std::string text = kRow;
    const auto where = text.find(from);
    EXPECT_NE(where, std::string::npos) << from;
    return error_of(text.replace(where, from.size(), to));
  }

  std::string path_;
};

TEST_F(LedgerFile, ReadsARow) {
  const auto rows = load(kRow);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].id, "vde-switch-table");
  EXPECT_EQ(rows[0].scenario, "theses/x.yaml");
  EXPECT_FALSE(rows[0].obstacle);
  ASSERT_EQ(rows[0].figures.size(), 1U);
  EXPECT_EQ(rows[0].figures[0].cell, (measure::Cell{{"switch", "vde"}, {"vms", "2"}}));
  EXPECT_EQ(rows[0].figures[0].value, 390e6);
  ASSERT_EQ(rows[0].claims.size(), 1U);
  EXPECT_EQ(rows[0].claims[0].kind, ClaimKind::kOrder);
  EXPECT_EQ(rows[0].claims[0].subject, "4");
  EXPECT_EQ(rows[0].claims[0].where, (measure::Cell{{"switch", "vde"}}));
}

TEST_F(LedgerFile, SaysWhereAnUnknownKeyStands) {
  EXPECT_THAT(error_after("title: A title", "titel: A title"), HasSubstr("the key 'title' is missing"));
  EXPECT_EQ(error_after("    title: A title", "    title: A title\n    color: red").substr(0, 24),
            "7:5: unknown key 'color'");
  EXPECT_THAT(error_after("value: 390e6", "value: 390e6, error: 1"), HasSubstr("11:81: unknown key 'error'"));
  EXPECT_THAT(error_after("rows:", "extra: 1\nrows:"), HasSubstr("2:1: unknown key 'extra'"));
}

TEST_F(LedgerFile, RefusesAKeyThatTheKindDoesNotUse) {
  EXPECT_THAT(error_after("versus: 2", "versus: 2, bound: 3"), HasSubstr("unknown key 'bound'"));
  EXPECT_THAT(error_after("kind: order", "kind: exists"), HasSubstr("unknown key 'axis'"));
  EXPECT_THAT(error_after("kind: order", "kind: at_most, bound: 1"), HasSubstr("unknown key 'axis'"));
  EXPECT_THAT(error_after("kind: order", "kind: plateau, bound: 4, tolerance: 0.1"),
              HasSubstr("unknown key 'subject'"));
}

TEST_F(LedgerFile, AsksForTheKeysOfTheKind) {
  EXPECT_THAT(error_after("kind: order", "kind: ratio"), HasSubstr("the key 'bound' is missing"));
  EXPECT_THAT(error_after("kind: order", "kind: agree"), HasSubstr("the key 'tolerance' is missing"));
  EXPECT_THAT(error_after(", versus: 2", ""), HasSubstr("the key 'versus' is missing"));
  EXPECT_THAT(error_after("axis: vms, ", ""), HasSubstr("the key 'axis' is missing"));
}

TEST_F(LedgerFile, RefusesClaimsThatMeanNothing) {
  EXPECT_THAT(error_after("kind: order", "kind: better"),
              HasSubstr("there is no kind 'better'; there are: order,"));
  EXPECT_THAT(error_after("versus: 2", "versus: 4"), HasSubstr("nothing is compared"));
  EXPECT_THAT(error_after("kind: order", "kind: ratio, bound: 0"), HasSubstr("must be above 0"));
  EXPECT_THAT(error_after("kind: order", "kind: agree, tolerance: 10"), HasSubstr("between 0 and 1"));
  EXPECT_THAT(error_after("where: {switch: vde}", "where: {vms: 2}"), HasSubstr("stands in 'where' too"));
}

TEST_F(LedgerFile, RefusesFiguresThatCannotBeCompared) {
  EXPECT_THAT(error_after("390e6", "much"), HasSubstr("11:74: 'value' must be a finite number"));
  EXPECT_THAT(error_after("390e6", ".nan"), HasSubstr("must be a finite number"));
  EXPECT_THAT(error_after("390e6", "inf"), HasSubstr("must be a finite number"));
  EXPECT_THAT(error_after("390e6", "1e999"), HasSubstr("must be a finite number"));
  EXPECT_THAT(error_after("390e6", "[1]"), HasSubstr("must be a finite number"));
  EXPECT_THAT(error_after("unit: bit/s", "unit: Mbit/s"), HasSubstr("there is no unit 'Mbit/s'"));
  EXPECT_THAT(error_after("vms: 2}", "vms: [2]}"), HasSubstr("each value of 'cell' must be a word"));
}

TEST_F(LedgerFile, RefusesAnIdThatStandsTwice) {
  const std::string row = kRow;
  EXPECT_THAT(error_of(row + row.substr(row.find("  - id"))),
              HasSubstr("14:5: the id 'vde-switch-table' stands twice"));
}

TEST_F(LedgerFile, RefusesIdsAndSeedsOfAnotherShape) {
  EXPECT_THAT(error_after("vde-switch-table", "../secret"), HasSubstr("more than small letters"));
  EXPECT_THAT(error_after("\"000\"", "\"0\""), HasSubstr("three digits"));
  EXPECT_THAT(error_after("A title", "' '"), HasSubstr("'title' is empty"));
  EXPECT_THAT(error_after("A title", "[a]"), HasSubstr("'title' must be a word or a text"));
}

TEST_F(LedgerFile, RefusesKeysThatStandTwice) {
  EXPECT_THAT(error_after("title: A title", "id: b"), HasSubstr("6:5: the key 'id' stands twice"));
}

TEST_F(LedgerFile, RefusesWhatIsNoLedger) {
  EXPECT_THAT(error_of(""), HasSubstr("expected"));
  EXPECT_THAT(error_of("[]"), HasSubstr("1:1: expected a mapping"));
  EXPECT_THAT(error_of("ledger: 2\nrows: []"), HasSubstr("version 1"));
  EXPECT_THAT(error_of("ledger: 1\nrows: 3"), HasSubstr("2:7: 'rows' must be a list"));
  EXPECT_THAT(error_of("ledger: 1\nrows: [3]"), HasSubstr("2:8: expected a mapping"));
  EXPECT_THAT(error_of("ledger: 1\nrows: []\n---\nledger: 1\nrows: []"),
              HasSubstr("one YAML document, got 2"));
  EXPECT_THAT(error_of("ledger: 1\nrows: [{[a]: b}]"), HasSubstr("a key must be a word"));
}

TEST_F(LedgerFile, RefusesBrokenYamlWithItsPlace) {
  EXPECT_THAT(error_of("ledger: 1\nrows: [{id: \"x"), testing::StartsWith("2:"));
  EXPECT_THAT(error_of("ledger: 1\nrows: *nowhere"), testing::StartsWith("2:"));
  EXPECT_THAT(error_of(std::string("ledger: \xff\xfe\0\x01", 12)), HasSubstr(":"));
}

TEST_F(LedgerFile, RefusesDeepNestingAndHugeFiles) {
  EXPECT_NE(error_of("rows: " + std::string(100000, '[')), "no error");
  EXPECT_NE(error_of(std::string(50000, '-') + " a"), "no error");
  EXPECT_THAT(error_of("ledger: 1\n#" + std::string(2 << 20, 'x')), HasSubstr("which is no ledger"));
}

TEST_F(LedgerFile, RefusesAliasesThatPointAtThemselves) {
  EXPECT_NE(error_of("ledger: 1\nrows: &a [*a]"), "no error");
  EXPECT_NE(error_of("&a {ledger: 1, rows: [*a]}"), "no error");
}

TEST_F(LedgerFile, NamesAFileThatIsNotThere) {
  EXPECT_THROW(load_ledger("/nonexistent/ledger.yaml"), base::SystemError);
}

TEST_F(LedgerFile, AnyTruncationIsAnErrorOrAWholeLedger) {
  const std::string text = kRow;
  for (std::size_t length = 0; length < text.size(); ++length) {
    try {
      load(text.substr(0, length));
    } catch (const std::runtime_error& error) {
      EXPECT_THAT(error.what(), HasSubstr(path_ + ":"));
    }
  }
}

TEST(LedgerWords, AreThoseOfTheFileAndTheReport) {
  EXPECT_EQ(to_string(Verdict::kHolds), "holds");
  EXPECT_EQ(to_string(Verdict::kDoesNotHold), "does not hold");
  EXPECT_EQ(to_string(Verdict::kNotEnoughEvidence), "not enough evidence");
  EXPECT_EQ(to_string(Verdict::kCannotBeTriedHere), "cannot be tried here");
  EXPECT_EQ(to_string(Verdict::kNotBuiltYet), "not built yet");
  EXPECT_EQ(to_string(ClaimKind::kLinearThenCeiling), "linear_then_ceiling");
  EXPECT_EQ(to_string(ClaimKind::kExists), "exists");
}

}  // namespace
}  // namespace banco::ledger
