// The report page: one HTML file that needs no network, no server and, but for the charts, no scripts.
//
// Theory of operation: this program writes every word and every table; reports/charts.js draws from the JSON
// that the page carries (json.hh). reports/page.html is the frame; the sections are made in page_*.cc.
//
// Trust: names, reasons and consoles come from scenario files and guests, and may hold anything. All of it
// goes through escape_html() or json_for_html().
#pragma once

#include <string>
#include <vector>

#include "harness/report/results.hh"
#include "harness/report/thesis.hh"

namespace banco::report {

// The whole page. There is one for every run: empty, unfinished, with every cell failed, of a scenario text
// that cannot be read any more. Throws std::logic_error when the template names a place that does not exist.
std::string html_page(const Results& results, const std::vector<ThesisView>& theses);

}  // namespace banco::report
