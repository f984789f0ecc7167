#include "harness/network/bridge_switch.hh"

#include "harness/network/port_device.hh"
#include "impl/base/child_process.hh"
#include "impl/base/netlink.hh"
#include "impl/base/system_error.hh"

namespace banco::network {
namespace {

// Runs `make`, turning what the kernel refused into a sentence about `what`.
template <typename Make>
auto named(const std::string& what, Make make) {
  try {
    return make();
  } catch (const base::NetlinkError& error) {
    throw NetworkError(what + ": " + error.what());
  } catch (const base::SystemError& error) {
    throw NetworkError(what + ": " + error.what());
  }
}

void switch_offloads_off(const std::string& device, const machine::NamespaceMachine& machine) {
  const auto result = base::run_command({.command = {"ethtool", "-K", device, "tx", "off", "rx", "off", "sg",
                                                     "off", "tso", "off", "gso", "off", "gro", "off"},
                                         .network_namespace = &machine.network_namespace()});
  if (!result.status.success())
    throw NetworkError(machine.name() + ":" + device + ": cannot switch offloads off: " + result.errors);
}

}  // namespace

BridgeSwitch::BridgeSwitch(const SwitchSpec& spec)
    : offload_(spec.offload), bridge_(named(spec.name, [&] {
        return base::Bridge(device_name({spec.name, "br", {}, {}}));
      })) {}

machine::GuestNic BridgeSwitch::plug_guest(const Port& port) {
  const std::string device = device_name(port);
  named(port.machine + ":" + port.interface, [&] {
    taps_.emplace_back(device);
    base::Netlink lab;
    lab.set_mtu(device, port.mtu_bytes);
    lab.set_master(device, bridge_.name());
    lab.set_up(device);
  });
  return {.mac = port.mac,
          .address = port.address,
          .mtu_bytes = port.mtu_bytes,
          .backend = machine::TapBackend{.device = device, .offload = offload_}};
}

void BridgeSwitch::plug_namespace(const Port& port, const machine::NamespaceMachine& machine) {
  const std::string device = device_name(port);
  const std::string peer = device_name(port);
  named(port.machine + ":" + port.interface, [&] {
    veths_.emplace_back(device, peer);
    base::Netlink lab;
    lab.set_mtu(device, port.mtu_bytes);
    lab.set_master(device, bridge_.name());
    lab.set_up(device);
  });
  hand_over(peer, port, machine);
  if (!offload_) switch_offloads_off(port.interface, machine);
}

}  // namespace banco::network
