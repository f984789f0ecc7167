#include "harness/network/trunk.hh"

#include "harness/network/port_device.hh"

namespace banco::network {

Trunk::Trunk(Switch& first, Switch& second, const TrunkPort& port) {
  if (!first.is_in_kernel() && !second.is_in_kernel()) {
    plug_.emplace(port.name,
                  std::vector<std::string>{"vde_plug", first.trunk_url(port), second.trunk_url(port)});
    return;
  }
  Switch& taker = first.is_in_kernel() ? first : second;
  Switch& maker = first.is_in_kernel() ? second : first;
  const auto join = [&](int vlan) {
    const std::string device = device_name(port.name);
    maker.make_trunk_device(port, vlan, device);
    taker.take_trunk_device(port, vlan, device);
  };
  if (port.untagged) join(0);
  for (const int vlan : port.vlans) join(vlan);
}

std::vector<NetworkProcess> Trunk::processes() const {
  if (!plug_) return {};
  return {{.role = "plug", .pid = plug_->pid()}};
}

std::vector<std::string> trunk_programs(const SwitchType& first, const SwitchType& second) {
  if (!first.in_kernel && !second.in_kernel) return {"vde_plug"};
  return first.in_kernel ? second.carriers : first.carriers;
}

}  // namespace banco::network
