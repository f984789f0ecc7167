// How users name links: "a:eth0" (a machine and its interface), "a-sw" (a machine and the switch it is
// plugged into), "sw1-sw2" (two switches that are joined).
#pragma once

#include <string>
#include <vector>

#include "harness/scenario/scenario.hh"

namespace banco::scenario {

// "a:eth0"
std::string name_of(const Link& link);
// "sw1-sw2"
std::string name_of(const Trunk& trunk);

// The link of a machine with this name. Throws std::invalid_argument that names the links there are; also
// when "a-sw" means several.
const Link& find_link(const Topology& topology, const std::string& text);
Link& find_link(Topology& topology, const std::string& text);
// The cable between switches with this name, in either order; null when there is none.
const Trunk* find_trunk(const Topology& topology, const std::string& text);
Trunk* find_trunk(Topology& topology, const std::string& text);

// "a, b, c", cut where it becomes too long to read.
std::string enumerate(const std::vector<std::string>& names);

}  // namespace banco::scenario
