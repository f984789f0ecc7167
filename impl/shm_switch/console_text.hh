// Words of the console's menus.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "impl/shm_switch/vlan.hh"

namespace banco::shm_switch {

// The name of a user, or its number.
std::string user_name(uid_t uid);

// What a client says of itself, fit for a terminal: bytes that are no printable ASCII become '?'.
std::string printable(std::string_view text);

// 02:00:00:00:00:01
std::string address_text(std::uint64_t address);

// Where vde_switch's commands on VLANs start from: a port of vde_switch is in no tagged VLAN until it is
// told, so the first such command ends the trunk that a port is by default; untagged VLAN 0 stays.
VlanMembership explicit_vlans(const VlanMembership& now);

}  // namespace banco::shm_switch
