// From what a file says about its network to every machine, switch and link of one cell.
#pragma once

#include "harness/scenario/entries.hh"
#include "harness/scenario/reading.hh"

namespace banco::scenario {

// Ranges and globs expanded, interfaces, addresses and MACs given out. Throws ScenarioError.
Topology make_topology(const TopologyEntry& entry, Reading& reading);

// Gives each link without an interface its machine's next free one. Throws ScenarioError: an interface
// plugged in twice or left out (eth1 without eth0), more than 16 of one machine.
void give_interfaces(Topology& topology, const Reading& reading);

// Gives each link of `topology` its MAC, and addresses where it has none: every segment a network of its own.
// Throws ScenarioError: an address that stands twice, or is in another network than its neighbours on the
// segment.
void give_addresses(Topology& topology, const AddressingEntry& addressing, const Reading& reading);

// Gives each trunk without an MTU the largest of the links that its frames may come from. Throws
// ScenarioError: more than a switch can carry, VLANs where one cannot keep them apart, or a loop of switches
// without spanning tree.
void check_trunks(Topology& topology, const Reading& reading);

}  // namespace banco::scenario
