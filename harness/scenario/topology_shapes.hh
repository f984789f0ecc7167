// Shapes of topologies (star, ring, fat-tree …) as the nodes and links that a file could have said in their
// place.
#pragma once

#include "harness/scenario/entries.hh"
#include "harness/scenario/reading.hh"

namespace banco::scenario {

// `entry` without a shape: its nodes and links before those that the file says itself. Throws ScenarioError:
// more nodes than a cell may have, a fat-tree of odd k, a ring or mesh of two.
TopologyEntry expand_shape(TopologyEntry entry, const Reading& reading);

}  // namespace banco::scenario
