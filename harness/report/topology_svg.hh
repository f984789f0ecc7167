// The network of one cell as a drawing.
#pragma once

#include <string>

#include "harness/scenario/scenario.hh"

namespace banco::report {

// Whether the drawing says anything in a column of a page: at most 64 machines and 32 switches, and at least
// one machine.
bool fits_a_page(const scenario::Topology& topology);

// For a page, whose style sheet colours it (classes `machine`, `switch`, `link`). Everything in it is
// escaped.
std::string topology_svg(const scenario::Topology& topology);

// A file of its own, which brings its colours.
std::string topology_svg_file(const scenario::Topology& topology);

}  // namespace banco::report
