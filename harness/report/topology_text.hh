// The network of one cell in the languages of programs that draw.
#pragma once

#include <string>

#include "harness/scenario/scenario.hh"

namespace banco::report {

// For Mermaid, which Markdown of many hosts draws: `graph TD …`.
std::string topology_mermaid(const scenario::Topology& topology);

// For Graphviz: `graph … {}`; dot(1) or neato(1) draw it.
std::string topology_dot(const scenario::Topology& topology);

}  // namespace banco::report
