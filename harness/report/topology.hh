// The network of one cell as a drawing (inline SVG) and its measures as sentences.
#pragma once

#include <string>

#include "harness/scenario/scenario.hh"

namespace banco::report {

// Switches stand in a row in the middle, the machines of each above and below it; colours come from the
// page's style sheet (classes `machine`, `switch`, `link`). More than 64 machines or 16 switches: empty, such
// a drawing says nothing. Everything in it is escaped.
std::string topology_svg(const scenario::Topology& topology);

// "8 virtual machines and 1 switch".
std::string topology_words(const scenario::Topology& topology);

// "tcp: iperf3 over TCP, vm1 → vm2, vm3 → vm4 at the same time, 10 s each, first 1 s left out". Not escaped.
std::string measure_words(const scenario::Measure& measure);

}  // namespace banco::report
