// MacvlanSwitch: the kernel's macvlan in bridge mode: each port is a device that shares one of the lab's with
// others, and frames between them go from device to device. What comes from outside never does.
#pragma once

#include <memory>

#include "harness/network/switch.hh"
#include "impl/base/network_devices.hh"

namespace banco::network {

class MacvlanSwitch : public Switch {
 public:
  // Throws NetworkError.
  explicit MacvlanSwitch(const SwitchSpec& spec);

  // Always throws NetworkError.
  machine::GuestNic plug_guest(const Port& port) override;
  void plug_namespace(const Port& port, machine::NamespaceMachine& machine) override;

 private:
  base::Netlink lab_;
  std::shared_ptr<base::DeviceGroup> devices_;
  std::string parent_;  // a veth whose other end nobody listens at
};

}  // namespace banco::network
