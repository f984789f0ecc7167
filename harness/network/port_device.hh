// What ports of every switch share: names of devices in the lab, and handing one over to a namespace.
#pragma once

#include <string>

#include "harness/network/switch.hh"

namespace banco::network {

// A device name of at most 15 characters, unique in this process, readable where it fits: "vm1.eth0".
std::string device_name(const Port& port);

// Moves `device` into the machine as `port.interface` and sets address, MAC and MTU, up.
// Throws NetworkError that names the port.
void hand_over(const std::string& device, const Port& port, const machine::NamespaceMachine& machine);

}  // namespace banco::network
