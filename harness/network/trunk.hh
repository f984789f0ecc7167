// Trunk: a cable between two switches of the same or of different kinds.
#pragma once

#include <optional>

#include "harness/network/service_process.hh"
#include "harness/network/switch.hh"

namespace banco::network {

class Trunk {
 public:
  // Joins them: two that have URLs by vde_plug, others by devices that one makes and the other takes, a
  // device for each VLAN. Devices go with the switch that made them. With a wire, that takes the place of
  // vde_plug, and of devices with taps of its own. Throws NetworkError, also for VLANs between a wire and a
  // switch in the kernel.
  Trunk(Switch& first, Switch& second, const TrunkPort& port);

  std::vector<NetworkProcess> processes() const;

 private:
  void join_by_wire(Switch& first, Switch& second, const TrunkPort& port);

  std::optional<ServiceProcess> plug_;
};

// What a trunk between switches of these types needs.
std::vector<std::string> trunk_programs(const SwitchType& first, const SwitchType& second);

}  // namespace banco::network
