#include "harness/network/url_network.hh"

#include "harness/network/port_device.hh"

namespace banco::network {

machine::GuestNic UrlNetwork::plug_guest(const Port& port) {
  std::string url = add_port({.untagged = port.vlan});
  if (port.wire) url = wire_url(*port.wire, url);
  return {.mac = port.mac,
          .addresses = port.addresses,
          .mtu_bytes = port.mtu_bytes,
          .backend = machine::NetdevBackend{netdev_words(url)}};
}

void UrlNetwork::plug_namespace(const Port& port, machine::NamespaceMachine& machine) {
  const std::string device = device_name(port.machine + "." + port.interface);
  const std::string url = add_port({.untagged = port.vlan});
  carry(port.name(), port.wire ? wire_command(*port.wire, "tap://" + device, url) : carrier(url, device),
        device);
  if (port.wire) carriers_.back().wait_for_listener(port.wire->control);
  hand_over(device, port, machine);
}

std::string UrlNetwork::trunk_url(const TrunkPort& port) {
  return add_port({.untagged = port.untagged ? 0 : PortVlans::kNone, .tagged = port.vlans});
}

void UrlNetwork::make_trunk_device(const TrunkPort& port, int vlan, const std::string& device) {
  carry(port.name, carrier(add_port({.untagged = vlan}), device), device);
  named(port.name, [&] {
    base::Netlink lab;
    lab.set_mtu(device, port.mtu_bytes);
    lab.set_up(device);
  });
}

std::vector<NetworkProcess> UrlNetwork::processes() const {
  std::vector<NetworkProcess> all;
  for (const ServiceProcess& carrier : carriers_) all.push_back({.role = "plug", .pid = carrier.pid()});
  return all;
}

std::vector<std::string> UrlNetwork::carrier(const std::string& url, const std::string& device) const {
  return {"vde_plug", url, "tap://" + device};
}

void UrlNetwork::carry(const std::string& what, std::vector<std::string> program, const std::string& device) {
  carriers_.emplace_back(what, std::move(program));
  base::Netlink lab;
  carriers_.back().wait_until([&] { return lab.exists(device); });
}

}  // namespace banco::network
