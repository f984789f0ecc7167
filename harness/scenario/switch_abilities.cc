#include "harness/scenario/switch_abilities.hh"

#include <stdexcept>

namespace banco::scenario {

const std::vector<SwitchAbilities>& switch_abilities() {
  // vde_switch's frames end at 1518 bytes, with room for a tag; libvdeplug's, and those of shm_switch, at
  // 9234. A tap takes 65521 bytes, the largest UDP datagram of QEMU's socket network 65507.
  static const std::vector<SwitchAbilities> all{
      {.type = "vde", .vlans = true, .spanning_tree = true, .mtu_limit_bytes = 1500},
      {.type = "vde-hub", .mtu_limit_bytes = 1500},
      {.type = "bridge", .vlans = true, .spanning_tree = true, .mtu_limit_bytes = 65521},
      {.type = "vxvde", .mtu_limit_bytes = 9216},
      {.type = "macvlan",
       .guests = false,
       .trunks = false,
       .place = "inside of a driver of the kernel",
       .mtu_limit_bytes = 65521},
      {.type = "socket",
       .namespaces = false,
       .trunks = false,
       .place = "inside of QEMU",
       .mtu_limit_bytes = 65493},
      {.type = "shm", .vlans = true, .mtu_limit_bytes = 9216},
      {.type = "shm-hub", .mtu_limit_bytes = 9216},
  };
  return all;
}

const SwitchAbilities& abilities_of(const std::string& switch_type) {
  for (const SwitchAbilities& abilities : switch_abilities())
    if (abilities.type == switch_type) return abilities;
  throw std::out_of_range("no switch type '" + switch_type + "'");
}

std::string types_that(bool SwitchAbilities::*ability) {
  std::vector<std::string> types;
  for (const SwitchAbilities& abilities : switch_abilities())
    if (abilities.*ability) types.push_back(abilities.type);
  std::string text = types.front();
  for (std::size_t i = 1; i < types.size(); ++i) text += (i + 1 == types.size() ? " and " : ", ") + types[i];
  return text;
}

}  // namespace banco::scenario
