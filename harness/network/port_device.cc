#include "harness/network/port_device.hh"

#include <atomic>

namespace banco::network {

std::string device_name(const std::string& what) {
  constexpr std::size_t kLongest_length = 15;
  static std::atomic<unsigned> count = 0;
  const std::string number = std::to_string(++count);
  const std::string readable = what + "." + number;
  return readable.size() <= kLongest_length ? readable : "port" + number;
}

void hand_over(const std::string& device, const Port& port, machine::NamespaceMachine& machine) {
  named(port.name(), [&] {
    base::Netlink().move(device, machine.network_namespace(), port.interface);
    base::Netlink& inside = machine.netlink();
    inside.set_mac(port.interface, port.mac);
    inside.set_mtu(port.interface, port.mtu_bytes);
    inside.set_up(port.interface);
  });
  add_addresses(port, machine);
}

void add_addresses(const Port& port, machine::NamespaceMachine& machine) {
  named(port.name(), [&] {
    for (const std::string& address : port.addresses) machine.netlink().add_address(port.interface, address);
  });
}

}  // namespace banco::network
