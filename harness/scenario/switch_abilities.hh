// What each type of switch can do, as far as a scenario has to know before anything is started.
#pragma once

#include <string>
#include <vector>

namespace banco::scenario {

struct SwitchAbilities {
  std::string type;
  bool guests = true;      // takes virtual machines
  bool namespaces = true;  // takes namespaces and containers
  bool trunks = true;      // can be joined to another switch, and its links be impaired
  std::string place = {};  // where it is, if it cannot, for messages
  bool vlans = false;      // keeps VLANs apart
  bool spanning_tree = false;
  int mtu_limit_bytes = 0;  // largest packet that it carries
};

const std::vector<SwitchAbilities>& switch_abilities();
// Throws std::out_of_range.
const SwitchAbilities& abilities_of(const std::string& switch_type);

// The types that can do it, for messages: "bridge, vde and shm".
std::string types_that(bool SwitchAbilities::*ability);

}  // namespace banco::scenario
