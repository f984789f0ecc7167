// results.csv: one sample a row, for spreadsheets and data frames.
//
// Shape: RFC 4180, CRLF line ends, header row first:
//
//     time,block,AXIS…,metric,value,unit,counts,tainted
//
// Axes in the order of Results::axes. Values in the unit of the row, with as many digits as they have.
// `counts` and `tainted` are true or false (results.hh says which samples count, sample.hh which are
// tainted).
#pragma once

#include <string>
#include <string_view>

#include "harness/report/results.hh"

namespace banco::report {

std::string results_csv(const Results& results);

// One field: quoted when it holds a comma, a quote or a line end. Source: RFC 4180 section 2.
std::string csv_field(std::string_view text);

}  // namespace banco::report
