// The network of one cell and its measures as sentences.
#pragma once

#include <string>

#include "harness/scenario/scenario.hh"

namespace banco::report {

// "8 virtual machines and 1 switch".
std::string topology_words(const scenario::Topology& topology);

// "tcp: iperf3 over TCP, vm1 → vm2, vm3 → vm4 at the same time, 10 s each, first 1 s left out". Not escaped.
std::string measure_words(const scenario::Measure& measure);

}  // namespace banco::report
