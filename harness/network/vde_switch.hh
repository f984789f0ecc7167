// The networks of VDE: vde_switch, a process that copies every frame from socket to socket, and VXVDE, which
// has none.
#pragma once

#include <memory>

#include "harness/network/switch.hh"

namespace banco::network {

// vde_switch, as a hub when `hub`; ready when its control socket is there. Throws NetworkError.
std::unique_ptr<Switch> start_vde_switch(const SwitchSpec& spec, bool hub);

// VXVDE: each port a member of a multicast group on the loopback, no process in between.
std::unique_ptr<Switch> make_vxvde();

}  // namespace banco::network
