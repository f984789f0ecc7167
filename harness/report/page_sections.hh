// The sections of the page, each a whole <section> with its heading, or empty when there is nothing to say.
// For page.cc; text is escaped within.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/report/results.hh"
#include "harness/report/thesis.hh"
#include "harness/scenario/scenario.hh"

namespace banco::report {

// What the scenario text of a run says about it, or why that cannot be told any more.
struct ScenarioView {
  std::string title;
  std::optional<scenario::CellPlan>
      largest;           // of the cells that the run planned, the one with the most machines
  std::string obstacle;  // one sentence when there is no `largest`
};
ScenarioView read_scenario(const Results& results);

std::string thesis_section(const Results& results, const std::vector<ThesisView>& theses);
std::string results_section(const Results& results);
std::string charts_section(const Results& results);
std::string failures_section(const Results& results);
std::string network_section(const Results& results, const ScenarioView& scenario);
std::string environment_section(const Results& results);
std::string reproduce_section(const Results& results);

}  // namespace banco::report
