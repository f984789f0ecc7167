// BridgeSwitch: a Linux bridge, for each VLAN one of its own, since not every kernel's bridge keeps VLANs
// apart; guests come by tap, namespaces by veth. Forwarding runs in the kernel.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/network/service_process.hh"
#include "harness/network/switch.hh"
#include "impl/base/network_devices.hh"

namespace banco::network {

class BridgeSwitch : public Switch {
 public:
  // Throws NetworkError.
  explicit BridgeSwitch(const SwitchSpec& spec);

  machine::GuestNic plug_guest(const Port& port) override;
  void plug_namespace(const Port& port, machine::NamespaceMachine& machine) override;
  bool is_in_kernel() const override { return true; }
  void make_trunk_device(const TrunkPort& port, int vlan, const std::string& device) override;
  void take_trunk_device(const TrunkPort& port, int vlan, const std::string& device) override;
  std::vector<NetworkProcess> processes() const override;

 private:
  // Makes `device`, of the lab, a port.
  void take(const std::string& device, int vlan, int mtu_bytes);

  base::Netlink lab_;
  bool offload_;
  std::shared_ptr<base::DeviceGroup> devices_;  // bridges and veth pairs
  std::map<int, std::string> bridges_;          // by VLAN
  std::vector<base::Tap> taps_;
  std::vector<ServiceProcess> wires_;
};

}  // namespace banco::network
