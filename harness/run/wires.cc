#include "harness/run/wires.hh"

#include <algorithm>

#include "harness/scenario/switch_abilities.hh"
#include "harness/subject/switches.hh"

namespace banco::run {

void add_wires(scenario::Topology& topology, WireNeed need) {
  for (scenario::Link& link : topology.links) {
    if (link.impairments || (need == WireNeed::kCaptured && !link.capture)) continue;
    const auto machine = std::ranges::find(topology.machines, link.machine, &scenario::Machine::name);
    const auto node = std::ranges::find(topology.switches, link.switch_name, &scenario::Switch::name);
    if (machine->kind != scenario::MachineKind::kVm || subject::switch_type(node->type).in_kernel ||
        !scenario::abilities_of(node->type).trunks)
      continue;
    link.impairments.emplace();
  }
}

}  // namespace banco::run
