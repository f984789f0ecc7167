#include "harness/network/vde_switch.hh"

#include <atomic>
#include <filesystem>

#include "harness/machine/lab.hh"
#include "harness/network/port_device.hh"
#include "impl/base/netlink.hh"

namespace banco::network {
namespace {

std::string next_number() {
  static std::atomic<unsigned> count = 0;
  return std::to_string(++count);
}

// vde_switch itself: one process that copies every frame from socket to socket.
class VdeSwitch : public VdeNetwork {
 public:
  VdeSwitch(const SwitchSpec& spec, bool hub, const std::filesystem::path& directory)
      : VdeNetwork(directory), process_(spec.name, command(hub, directory)) {
    process_.wait_until([&] { return std::filesystem::exists(directory / "ctl"); });
  }

  std::vector<NetworkProcess> processes() const override {
    auto all = VdeNetwork::processes();
    all.push_back({.role = "switch", .pid = process_.pid()});
    return all;
  }

 private:
  static std::vector<std::string> command(bool hub, const std::filesystem::path& directory) {
    constexpr const char* kPorts = "1024";  // its default is 32
    std::vector<std::string> words{"vde_switch", "-s", directory, "-n", kPorts};
    if (hub) words.emplace_back("-x");
    return words;
  }

  ServiceProcess process_;
};

}  // namespace

std::unique_ptr<Switch> start_vde_switch(const SwitchSpec& spec, bool hub) {
  return std::make_unique<VdeSwitch>(spec, hub, machine::kLabDirectory / ("vde" + next_number()));
}

std::unique_ptr<Switch> make_vxvde() {
  return std::make_unique<VdeNetwork>("vxvde://239.0.0." + next_number());
}

machine::GuestNic VdeNetwork::plug_guest(const Port& port) {
  return {.mac = port.mac,
          .address = port.address,
          .mtu_bytes = port.mtu_bytes,
          .backend = machine::NetdevBackend{"vde,sock=" + url_}};
}

void VdeNetwork::plug_namespace(const Port& port, const machine::NamespaceMachine& machine) {
  const std::string what = port.machine + ":" + port.interface;
  const std::string device = device_name(port);
  // vde_plug makes the tap, so that the device ends with the process, wherever it has moved to.
  plugs_.emplace_back(what, std::vector<std::string>{"vde_plug", url_, "tap://" + device});
  base::Netlink lab;
  plugs_.back().wait_until([&] { return lab.exists(device); });
  hand_over(device, port, machine);
}

std::vector<NetworkProcess> VdeNetwork::processes() const {
  std::vector<NetworkProcess> all;
  for (const ServiceProcess& plug : plugs_) all.push_back({.role = "plug", .pid = plug.pid()});
  return all;
}

}  // namespace banco::network
