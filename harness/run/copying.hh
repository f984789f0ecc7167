// One `dd | nc` measure in one cell: all pairs at once.
//
// Metrics of a measure M: M.throughput.sum and M.throughput.CLIENT-SERVER (bit/s, as dd says, which is not
// what the network carries: see tools/dd.hh).
#pragma once

#include <string>

#include "harness/run/traffic.hh"

namespace banco::run {

// Throws MachineError when the receiver has not got every byte, Interrupted.
void run_dd(const CellContext& context, const std::string& name, const scenario::Dd& what);

}  // namespace banco::run
