// The sections of the page, each a whole <section> with its heading, or empty when there is nothing to say.
// For page.cc; text is escaped within.
#pragma once

#include <string>
#include <vector>

#include "harness/report/results.hh"
#include "harness/report/thesis.hh"

namespace banco::report {

std::string thesis_section(const Results& results, const std::vector<ThesisView>& theses);
std::string results_section(const Results& results);
std::string charts_section(const Results& results);
std::string failures_section(const Results& results);
std::string network_section(const Results& results);
std::string environment_section(const Results& results);
std::string reproduce_section(const Results& results);

}  // namespace banco::report
