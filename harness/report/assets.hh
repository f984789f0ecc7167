// The parts of the page that are not C++: template, style sheet, chart code and the two chart libraries,
// held by the program itself (reports/CMakeLists.txt puts them there).
#pragma once

#include <string_view>

namespace banco::report {

std::string_view page_template();  // reports/page.html, with {{places}}
std::string_view page_style();     // reports/page.css
std::string_view chart_code();     // reports/charts.js
std::string_view d3_library();     // d3.min.js
std::string_view plot_library();   // plot.umd.min.js
std::string_view d3_licence();     // their licence texts
std::string_view plot_licence();

}  // namespace banco::report
