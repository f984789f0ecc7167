// Stage: the topology of one cell made real (switches, machines, links), gone with the object.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "harness/machine/container_machine.hh"
#include "harness/machine/hypervisor.hh"
#include "harness/machine/image/image.hh"
#include "harness/machine/machine.hh"
#include "harness/machine/virtual_machine.hh"
#include "harness/network/switch.hh"
#include "harness/network/trunk.hh"
#include "harness/scenario/paths.hh"
#include "harness/scenario/scenario.hh"

namespace banco::run {

// What guests and containers are made of, shared by all cells of a run.
struct GuestResources {
  std::unique_ptr<machine::Hypervisor> hypervisor;  // null when no cell has guests
  machine::Accelerator accelerator = machine::Accelerator::kTcg;
  std::unique_ptr<machine::ContainerRuntime> container_runtime;  // null when no cell has containers
  std::map<std::string, machine::Image> images;                  // by name
  const machine::LimitGroups* limits = nullptr;                  // null when no container has limits
  std::filesystem::path cache_directory;                         // of the user
  bool terminals = false;  // each guest has a second serial port, for shells
};

class Stage {
 public:
  // Makes the switches, then the machines, and starts the guests, all at once; returns before those are up.
  // Console logs go to `log_directory` as PREFIX-MACHINE.log. Throws NetworkError, MachineError,
  // HypervisorError. `resources` must outlive this object.
  Stage(const scenario::Topology& topology, const GuestResources& resources,
        const std::filesystem::path& log_directory, const std::string& log_prefix);
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  // Waits until every guest's agent answers. Throws MachineError, Interrupted.
  void wait_until_booted(const std::stop_token& stop);
  // Waits until a ping from each client to its server has come back, by IPv6 too where they have it. Pairs
  // are asked side by side. Throws MachineError, Interrupted.
  void wait_until_connected(const std::vector<scenario::Pair>& pairs, const std::stop_token& stop);

  machine::Machine& machine(const std::string& name) const { return *machines_.at(name); }
  const std::map<std::string, std::unique_ptr<machine::Machine>>& machines() const { return machines_; }
  // The address (without prefix length) by which `client` reaches `server`: the server's on a segment that
  // both are on, or the one that the fewest routers are in between. Requires: there is one, as the scenario
  // parser has checked.
  std::string address_of(const std::string& server, const std::string& client,
                         scenario::Family family = scenario::Family::kIpv4) const;
  std::vector<network::NetworkProcess> network_processes() const;
  // The last lines of every console.
  std::map<std::string, std::string> consoles() const;

 private:
  void make_switches();
  void make_namespace(const scenario::Machine& node, const GuestResources& resources);
  void make_guest(const scenario::Machine& node, const GuestResources& resources,
                  const std::filesystem::path& console_log);

  scenario::Topology topology_;
  scenario::Paths paths_;
  std::map<std::string, std::unique_ptr<network::Switch>> switches_;
  std::vector<network::Trunk> trunks_;
  // Declared after the switches, so that machines go first and never lose their network while they run.
  std::map<std::string, std::unique_ptr<machine::Machine>> machines_;
};

}  // namespace banco::run
