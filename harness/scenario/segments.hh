// Segments: which interfaces hear each other without a router in between. A segment is one VLAN on all the
// switches that trunks join.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "harness/scenario/scenario.hh"

namespace banco::scenario {

struct Segment {
  std::string switch_name;         // the first of its switches
  int vlan = 0;                    // 0: frames without a tag
  std::vector<std::size_t> links;  // in Topology::links, in the order of the file; one at least

  // For messages: "the switch sw", "VLAN 10 of the switch sw".
  std::string words() const;
};

// In the order of the first switch and then of the VLAN.
std::vector<Segment> segments_of(const Topology& topology);

// The VLANs that are in use on each switch or on one that trunks join to it, ascending, without 0. Empty for
// a switch that needs not know of VLANs.
std::map<std::string, std::vector<int>> vlans_of_switches(const Topology& topology);

}  // namespace banco::scenario
