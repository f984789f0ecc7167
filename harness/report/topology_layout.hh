// Where the nodes of a network stand in a drawing.
#pragma once

#include <map>
#include <string>

#include "harness/scenario/scenario.hh"

namespace banco::report {

struct Point {
  int x = 0;
  int y = 0;
};

// Room that each node takes, its distance to the next included.
struct SlotSize {
  int width = 0;
  int height = 0;
};

// Middles of nodes; none is nearer to another than a slot, and to the frame than half of one.
struct Layout {
  std::map<std::string, Point> at;
  int width = 0;
  int height = 0;
};

// A machine with one link stands with its switch. The others, and the switches, are joined by what is left:
// as a tree, where that is one, its middle at the top; in layers above the machines, where no link joins two
// of the same layer; or else in a circle, with the machines around it.
Layout lay_out(const scenario::Topology& topology, SlotSize slot);

}  // namespace banco::report
