#include "harness/network/macvlan_switch.hh"

#include "harness/network/port_device.hh"

namespace banco::network {

MacvlanSwitch::MacvlanSwitch(const SwitchSpec& spec)
    : devices_(spec.devices != nullptr ? spec.devices : std::make_shared<base::DeviceGroup>()),
      parent_(device_name(spec.name)) {
  constexpr int kLargest_bytes = 65535;
  named(spec.name, [&] {
    const std::string other = device_name(spec.name);
    lab_.add_veth({.name = parent_, .mtu_bytes = kLargest_bytes, .group = devices_->number(), .up = true},
                  {.name = other, .mtu_bytes = kLargest_bytes});
    lab_.set_up(other);  // or its parent, and all that share it, would have no carrier
  });
}

machine::GuestNic MacvlanSwitch::plug_guest(const Port& port) {
  throw NetworkError(port.name() + ": no guest can be plugged into a switch of type macvlan");
}

void MacvlanSwitch::plug_namespace(const Port& port, machine::NamespaceMachine& machine) {
  const std::string device = device_name(port.machine + "." + port.interface);
  named(port.name(), [&] { lab_.add_macvlan(device, parent_); });
  hand_over(device, port, machine);
}

}  // namespace banco::network
