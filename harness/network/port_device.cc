#include "harness/network/port_device.hh"

#include <atomic>

#include "impl/base/netlink.hh"

namespace banco::network {

std::string device_name(const Port& port) {
  constexpr std::size_t kLongest_length = 15;
  static std::atomic<unsigned> count = 0;
  const std::string number = std::to_string(++count);
  const std::string readable = port.machine + "." + port.interface + "." + number;
  return readable.size() <= kLongest_length ? readable : "port" + number;
}

void hand_over(const std::string& device, const Port& port, const machine::NamespaceMachine& machine) {
  try {
    base::Netlink().move(device, machine.network_namespace(), port.interface);
    base::Netlink inside(machine.network_namespace());
    inside.set_mac(port.interface, port.mac);
    inside.set_mtu(port.interface, port.mtu_bytes);
    if (!port.address.empty()) inside.add_address(port.interface, port.address);
    inside.set_up(port.interface);
  } catch (const base::NetlinkError& error) {
    throw NetworkError(port.machine + ":" + port.interface + ": " + error.what());
  }
}

}  // namespace banco::network
