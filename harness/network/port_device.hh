// What ports of every switch share: names of devices in the lab, and handing one over to a namespace.
#pragma once

#include <string>

#include "harness/network/switch.hh"
#include "impl/base/netlink.hh"
#include "impl/base/system_error.hh"

namespace banco::network {

// A device name of at most 15 characters, unique in this process, readable where it fits: "vm1.eth0.7".
std::string device_name(const std::string& what);

// Moves `device` into the machine as `port.interface` and sets addresses, MAC and MTU, up.
// Throws NetworkError that names the port.
void hand_over(const std::string& device, const Port& port, machine::NamespaceMachine& machine);

// Gives the interface its addresses. Throws NetworkError that names the port.
void add_addresses(const Port& port, machine::NamespaceMachine& machine);

// Runs `make`, turning what the kernel refused into a sentence about `what`. Throws NetworkError.
template <typename Make>
auto named(const std::string& what, Make make) {
  try {
    return make();
  } catch (const base::NetlinkError& error) {
    throw NetworkError(what + ": " + error.what());
  } catch (const base::SystemError& error) {
    throw NetworkError(what + ": " + error.what());
  }
}

}  // namespace banco::network
