// `impair:` of a link: what a wire does to its frames, in the words of wire(1).
// Which values go together is known to the wire itself; `banco plan` asks it.
#pragma once

#include <string>
#include <vector>

#include "harness/scenario/format.hh"
#include "harness/scenario/scenario.hh"

namespace banco::scenario {

// One record for both directions, or a list of one for each, told apart by `from:`.
struct ImpairmentsFormat {
  using Value = std::vector<Impairment>;
  Value read(const Reading& reading, const Node& node) const;
  Json write(const Value& impairments) const;
  Json schema(Variables variables) const;
};

// Throw std::invalid_argument: `from` names another end than these two, a direction is said twice; the switch
// is inside of QEMU, where no wire has a place.
void check_ends(const std::vector<Impairment>& impairments, const std::string& one, const std::string& other);
void check_place_for_wire(const Switch& node);

// As settings of a wire whose left end is `left`: "lr.delay=5ms".
std::vector<std::string> wire_settings(const std::vector<Impairment>& impairments, const std::string& left);

}  // namespace banco::scenario
