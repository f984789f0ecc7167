// Wires on links that QEMU itself carries to their switch: no device of the kernel is there, so only a wire
// can show their frames, or impair them while the lab runs.
#pragma once

#include "harness/scenario/scenario.hh"

namespace banco::run {

enum class WireNeed { kCaptured, kAll };

// Gives such links a wire that changes nothing, unless they have one: those that the scenario wants captured,
// or all. Where the switch is inside of QEMU as well, there is no place for one.
void add_wires(scenario::Topology& topology, WireNeed need);

}  // namespace banco::run
