#include "harness/report/json.hh"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "harness/report/test_runs.hh"

namespace banco::report {
namespace {

using nlohmann::json;
using test::cell;
using test::RunBuilder;

TEST(ResultsJson, HoldsSummariesSamplesAndHowToShowThem) {
  const auto document = json::parse(results_json(compute(test::two_switches()), {test::one_thesis()}));
  EXPECT_EQ(document["results"], 1);
  EXPECT_EQ(document["along"], "vms");
  EXPECT_EQ(document["arms"], json({"vde", "bridge"}));
  const auto& metric = document["metrics"][0];
  EXPECT_EQ(metric["name"], "tcp.throughput.sum");
  EXPECT_EQ(metric["shown"]["unit"], "Mbit/s");
  const auto& summary = document["cells"][1]["metrics"]["tcp.throughput.sum"];
  EXPECT_EQ(document["cells"][1]["cell"], json({{"switch", "vde"}, {"vms", "8"}}));
  EXPECT_NEAR(summary["median"].get<double>(), 207e6, 1);
  EXPECT_GE(summary["interval"]["coverage"].get<double>(), 0.95);
  EXPECT_EQ(document["samples"].size(), 4u * 6 * 5);
  EXPECT_EQ(document["keys"], json({{{"accel", "kvm"}}}));
  EXPECT_EQ(document["samples"][0]["counts"], true);
  EXPECT_EQ(document["end"]["outcome"], "ok");
}

TEST(ResultsJson, PairsPublishedFiguresWithMeasuredOnes) {
  const auto document = json::parse(results_json(compute(test::two_switches()), {test::one_thesis()}));
  const auto& figures = document["theses"][0]["figures"];
  EXPECT_NEAR(figures[0]["ratio"].get<double>(), 103.5 / 390, 1e-9);
  EXPECT_TRUE(figures[1]["ratio"].is_null()) << "a published 0 has no ratio";
  EXPECT_FALSE(figures[1]["measured"].is_null());
  EXPECT_TRUE(figures[2]["measured"].is_null()) << "6 machines were not measured";
  EXPECT_EQ(document["theses"][0]["claims"][1]["verdict"], "does not hold");
}

TEST(ResultsJson, ExistsForEmptyAndUnfinishedRuns) {
  const auto document = json::parse(results_json(compute(measure::Run{}), {}));
  EXPECT_TRUE(document["end"].is_null());
  EXPECT_TRUE(document["along"].is_null());
  EXPECT_EQ(document["samples"], json::array());
}

TEST(ResultsJson, ReplacesBytesThatAreNotUtf8) {
  RunBuilder builder(1);
  builder.ended(1, cell("\xff", "2"), measure::Outcome::kFailed, "\xc3");
  EXPECT_EQ(json::parse(results_json(compute(builder.run), {}))["outcomes"][0]["reason"], "\uFFFD");
}

TEST(JsonForHtml, LeavesNoTagAndTheSameData) {
  RunBuilder builder(1);
  builder.run.header.scenario_text = "</script><!--<script>";
  const auto text = results_json(compute(builder.run), {});
  const auto safe = json_for_html(text);
  EXPECT_EQ(safe.find('<'), std::string::npos);
  EXPECT_EQ(json::parse(safe), json::parse(text));
}

}  // namespace
}  // namespace banco::report
