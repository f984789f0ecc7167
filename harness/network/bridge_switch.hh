// BridgeSwitch: a Linux bridge; guests come by tap, namespaces by veth. Forwarding runs in the kernel.
#pragma once

#include <vector>

#include "harness/network/switch.hh"
#include "impl/base/network_devices.hh"

namespace banco::network {

class BridgeSwitch : public Switch {
 public:
  // Throws NetworkError.
  explicit BridgeSwitch(const SwitchSpec& spec);

  machine::GuestNic plug_guest(const Port& port) override;
  void plug_namespace(const Port& port, const machine::NamespaceMachine& machine) override;

 private:
  bool offload_;
  base::Bridge bridge_;
  std::vector<base::Tap> taps_;
  std::vector<base::VethPair> veths_;
};

}  // namespace banco::network
