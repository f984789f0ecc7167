#include "harness/network/bridge_switch.hh"

#include "harness/network/port_device.hh"
#include "impl/base/child_process.hh"

namespace banco::network {
namespace {

void switch_offloads_off(const std::string& device, const machine::NamespaceMachine& machine) {
  const auto result = base::run_command({.command = {"ethtool", "-K", device, "tx", "off", "rx", "off", "sg",
                                                     "off", "tso", "off", "gso", "off", "gro", "off"},
                                         .network_namespace = &machine.network_namespace()});
  if (!result.status.success())
    throw NetworkError(machine.name() + ":" + device + ": cannot switch offloads off: " + result.errors);
}

}  // namespace

BridgeSwitch::BridgeSwitch(const SwitchSpec& spec)
    : offload_(spec.offload),
      devices_(spec.devices != nullptr ? spec.devices : std::make_shared<base::DeviceGroup>()) {
  std::vector<int> vlans{0};
  vlans.insert(vlans.end(), spec.vlans.begin(), spec.vlans.end());
  named(spec.name, [&] {
    for (const int vlan : vlans) {
      const std::string name = device_name(spec.name);
      lab_.add_bridge(name, {.spanning_tree = spec.stp, .group = devices_->number()});
      lab_.set_up(name);
      bridges_[vlan] = name;
    }
  });
}

machine::GuestNic BridgeSwitch::plug_guest(const Port& port) {
  const std::string device = device_name(port.machine + "." + port.interface);
  named(port.name(), [&] {
    taps_.emplace_back(device);
    take(device, port.vlan, port.mtu_bytes);
  });
  if (port.wire)
    return {.mac = port.mac,
            .addresses = port.addresses,
            .mtu_bytes = port.mtu_bytes,
            .backend = machine::NetdevBackend{netdev_words(wire_url(*port.wire, "tap://" + device))}};
  return {.mac = port.mac,
          .addresses = port.addresses,
          .mtu_bytes = port.mtu_bytes,
          .backend = machine::TapBackend{.device = device, .offload = offload_}};
}

void BridgeSwitch::plug_namespace(const Port& port, machine::NamespaceMachine& machine) {
  const std::string device = device_name(port.machine + "." + port.interface);
  if (port.wire) {
    const std::string inner = device_name(port.machine + "." + port.interface);
    wires_.emplace_back(port.name(), wire_command(*port.wire, "tap://" + inner, "tap://" + device));
    wires_.back().wait_for_listener(port.wire->control);
    named(port.name(), [&] { take(device, port.vlan, port.mtu_bytes); });
    return hand_over(inner, port, machine);
  }
  named(port.name(), [&] {
    lab_.add_veth({.name = device,
                   .mtu_bytes = port.mtu_bytes,
                   .bridge = bridges_.at(port.vlan),
                   .group = devices_->number(),
                   .up = true},
                  {.name = port.interface,
                   .mac = port.mac,
                   .mtu_bytes = port.mtu_bytes,
                   .network_namespace = &machine.network_namespace()});
    machine.netlink().set_up(port.interface);
  });
  add_addresses(port, machine);
  if (!offload_) switch_offloads_off(port.interface, machine);
}

void BridgeSwitch::make_trunk_device(const TrunkPort& port, int vlan, const std::string& device) {
  const std::string own = device_name(port.name);
  named(port.name, [&] {
    lab_.add_veth({.name = own,
                   .mtu_bytes = port.mtu_bytes,
                   .bridge = bridges_.at(vlan),
                   .group = devices_->number(),
                   .up = true},
                  {.name = device, .mtu_bytes = port.mtu_bytes});
    lab_.set_up(device);
  });
}

void BridgeSwitch::take_trunk_device(const TrunkPort& port, int vlan, const std::string& device) {
  named(port.name, [&] { lab_.set_master(device, bridges_.at(vlan)); });
}

void BridgeSwitch::take(const std::string& device, int vlan, int mtu_bytes) {
  lab_.set_mtu(device, mtu_bytes);
  lab_.set_master(device, bridges_.at(vlan));
  lab_.set_up(device);
}

std::vector<NetworkProcess> BridgeSwitch::processes() const {
  std::vector<NetworkProcess> all;
  for (const ServiceProcess& wire : wires_) all.push_back({.role = "plug", .pid = wire.pid()});
  return all;
}

}  // namespace banco::network
