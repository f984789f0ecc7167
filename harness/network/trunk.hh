// Trunk: a cable between two switches of the same or of different kinds.
#pragma once

#include <optional>

#include "harness/network/service_process.hh"
#include "harness/network/switch.hh"

namespace banco::network {

class Trunk {
 public:
  // Joins them: two that have URLs by vde_plug, others by devices that one makes and the other takes, a
  // device for each VLAN. Devices go with the switch that made them. Throws NetworkError.
  Trunk(Switch& first, Switch& second, const TrunkPort& port);

  std::vector<NetworkProcess> processes() const;

 private:
  std::optional<ServiceProcess> plug_;
};

// What a trunk between switches of these types needs.
std::vector<std::string> trunk_programs(const SwitchType& first, const SwitchType& second);

}  // namespace banco::network
