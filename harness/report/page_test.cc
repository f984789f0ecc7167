#include "harness/report/page.hh"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "harness/report/assets.hh"
#include "harness/report/html.hh"
#include "harness/report/test_runs.hh"

namespace banco::report {
namespace {

using measure::Outcome;
using test::cell;
using test::RunBuilder;
using testing::HasSubstr;
using testing::Not;

std::string page_of(const measure::Run& run, const std::vector<ThesisView>& theses = {}) {
  return html_page(compute(run), theses);
}

// The page without the libraries and the style, which are not about the run.
std::string own_part(const std::string& page) {
  return page.substr(page.find("<body>"), page.find("<script type=") - page.find("<body>"));
}

std::string data_of(const std::string& page) {
  const std::string open = "id=\"results\">";
  const auto begin = page.find(open) + open.size();
  return page.substr(begin, page.find("</script>", begin) - begin);
}

TEST(Page, HoldsSentenceTablesChartsAndData) {
  const auto page = page_of(test::two_switches(), {test::one_thesis()});
  EXPECT_THAT(page, HasSubstr("<h1>pairs</h1>"));
  EXPECT_THAT(page, HasSubstr("bridge has the highest tcp throughput"));
  EXPECT_THAT(page, HasSubstr("data-chart=\"along\" data-metric=\"tcp.throughput.sum\" class=\"first\""));
  EXPECT_THAT(page, HasSubstr("data-chart=\"order\""));
  EXPECT_THAT(page, HasSubstr("207<span class=\"range\">202–212</span>"));
  EXPECT_THAT(page, HasSubstr("<span class=\"verdict holds\">✓ holds</span>"));
  EXPECT_THAT(page,
              HasSubstr("banco run pairs.yaml --seed 42 --blocks 6 --set switch=vde,bridge --set vms=2,8"));
  EXPECT_EQ(nlohmann::json::parse(data_of(page))["samples"].size(), 120u);
  EXPECT_THAT(own_part(page), Not(HasSubstr("{{")));
}

TEST(Page, NamesItsLicencesAndForbidsTheNetwork) {
  const auto page = page_of(test::two_switches());
  EXPECT_THAT(page, HasSubstr("Content-Security-Policy\" content=\"default-src 'none';"));
  EXPECT_THAT(page, HasSubstr("Mike Bostock"));
  EXPECT_THAT(page, HasSubstr("Observable, Inc."));
  EXPECT_THAT(page, HasSubstr("Permission to use, copy, modify, and/or distribute"));
}

TEST(Page, ShowsTheLastLinesOfAFailedMachine) {
  std::string console;
  for (int i = 1; i <= 30; ++i) console += "line " + std::to_string(i) + "\n";
  RunBuilder builder(2, {cell("vde", "2")});
  builder.ended(1, cell("vde", "2"), Outcome::kFailed, "vm1 is gone", {{"vm1", console}});
  builder.ended(2, cell("vde", "2"), Outcome::kFailed, "vm1 is gone", {{"vm1", console}});
  const auto page = own_part(page_of(builder.run));
  EXPECT_THAT(page, HasSubstr("switch vde, vms 2, blocks 1–2: vm1 is gone"));
  EXPECT_THAT(page, HasSubstr("line 11\n"));
  EXPECT_THAT(page, Not(HasSubstr("line 10\n")));
}

TEST(Page, ComesOutOfEveryRun) {
  EXPECT_THAT(page_of(measure::Run{}), HasSubstr("nothing was measured"));
  auto unfinished = test::two_switches();
  unfinished.end.reset();
  unfinished.cells.resize(3);
  EXPECT_THAT(page_of(unfinished), HasSubstr("The journal has no end"));
  RunBuilder failed(1, {cell("vde", "2"), cell("vde", "4")});
  for (const auto& at : failed.run.header.cells) failed.ended(1, at, Outcome::kFailed, "no memory");
  EXPECT_THAT(page_of(failed.run, {test::one_thesis()}), HasSubstr("0 of 2 measurements"));
  EXPECT_THAT(own_part(page_of(failed.run)), Not(HasSubstr("data-chart")));
}

TEST(Page, ShowsNoOrderOfTheRunForOneValueACell) {
  EXPECT_THAT(own_part(page_of(test::two_switches(1))), Not(HasSubstr("data-chart=\"order\"")));
  EXPECT_THAT(own_part(page_of(test::two_switches(2))), HasSubstr("data-chart=\"order\""));
}

TEST(Page, NamesTheScenarioWithoutItsFolder) {
  auto run = test::two_switches();
  run.header.scenario_file = "/some/folder/it's mine.yaml";
  const auto page = own_part(page_of(run));
  EXPECT_THAT(page, HasSubstr("banco run &#39;it&#39;\\&#39;&#39;s mine.yaml&#39; --seed"));
  EXPECT_THAT(page, Not(HasSubstr("some/folder")));
}

TEST(Page, SurvivesAScenarioThatCannotBeRead) {
  auto run = test::two_switches();
  run.header.scenario_text = "name: [unclosed";
  EXPECT_THAT(page_of(run), HasSubstr("The network is not drawn: "));
}

TEST(Page, DrawsTheLargestCellOfTheRun) {
  auto run = test::two_switches();
  run.header.scenario_text =
      "name: pairs\nmatrix:\n  switch: [vde, bridge]\n  vms: [2, 8, 16]\ntopology:\n  nodes:\n"
      "    vm[1-${vms}]: {kind: vm}\n    sw: {kind: switch, type: \"${switch}\"}\n  links:\n"
      "    - endpoints: [\"vm*\", \"sw\"]\nmeasure:\n  - iperf3: {pairs: neighbours, time: 10s}\n";
  EXPECT_THAT(page_of(run), HasSubstr("<p>switch vde, vms 8: 8 virtual machines and 1 switch.</p>"));
}

TEST(Page, EscapesEverythingFromOutside) {
  const std::string attack = "</script><img src=x onerror='alert(1)'>\"<!--{{data}}";
  RunBuilder builder(2, {{{attack, attack}}});
  builder.run.header.scenario_name = attack;
  builder.run.header.scenario_file = attack;
  builder.run.header.scenario_text = attack;
  builder.run.header.banco_version = attack;
  builder.run.header.environment = {{attack, attack}};
  const measure::Cell at{{attack, attack}};
  builder.value(1, at, attack + ".throughput.sum", 1, attack, {{attack, "1"}});
  builder.value(1, at, attack, 1, attack, {{attack, "2"}}).ended(1, at);
  builder.ended(2, at, Outcome::kFailed, attack, {{attack, attack}});
  builder.finished().run.end->reason = attack;
  auto view = test::one_thesis();
  view.row.id = view.row.seed = view.row.section = view.row.title = view.row.method = view.row.hardware =
      attack;
  view.row.obstacle = attack;
  view.row.figures = {{attack, at, 1, attack, attack}};
  view.verdicts[0].claim.text = view.verdicts[0].evidence = attack;
  const auto page = page_of(builder.run, {view});
  EXPECT_THAT(page, Not(HasSubstr("<img")));
  EXPECT_THAT(data_of(page), Not(HasSubstr("<")));
  EXPECT_EQ(nlohmann::json::parse(data_of(page))["scenario"]["name"], attack);
}

TEST(FillTemplate, LooksIntoNoValueAndKnowsEveryName) {
  EXPECT_EQ(fill_template("a{{x}}b{{x}}", {{"x", "{{y}}"}}), "a{{y}}b{{y}}");
  EXPECT_EQ(fill_template("open {{x", {{"x", "1"}}), "open {{x");
  EXPECT_THROW(fill_template("{{unknown}}", {}), std::logic_error);
}

TEST(HtmlTable, RefusesRowsOfAnotherWidth) {
  HtmlTable table("t");
  table.add_column("a");
  EXPECT_THROW(table.add_row({"1", "2"}), std::invalid_argument);
}

TEST(Assets, CanStandInsideAScriptElement) {
  for (const auto script : {d3_library(), plot_library(), chart_code()}) {
    EXPECT_GT(script.size(), 1000u);
    EXPECT_EQ(script.find("</script"), std::string_view::npos);
    EXPECT_EQ(script.find("<!--"), std::string_view::npos);
  }
  EXPECT_EQ(page_style().find("</style"), std::string_view::npos);
}

}  // namespace
}  // namespace banco::report
