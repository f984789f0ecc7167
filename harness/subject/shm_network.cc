#include "harness/subject/shm_network.hh"

#include <atomic>
#include <string>

#include "harness/machine/lab.hh"
#include "harness/network/port_device.hh"
#include "impl/base/netlink.hh"

namespace banco::subject {
namespace {

std::filesystem::path next_directory() {
  static std::atomic<unsigned> count = 0;
  return machine::kLabDirectory / ("shm" + std::to_string(++count));
}

std::vector<std::string> command(const network::SwitchSpec& spec, const std::filesystem::path& directory) {
  std::vector<std::string> words{"shm_switch", "-s", directory, "-n", "1024"};
  if (spec.type == "shm-hub") words.emplace_back("-x");
  return words;
}

}  // namespace

ShmNetwork::ShmNetwork(const network::SwitchSpec& spec)
    : directory_(next_directory()),
      url_("shm://" + directory_.string() + "[ring=" + std::to_string(spec.ring_kib) + "]"),
      offload_(spec.offload),
      process_(spec.name, command(spec, directory_)) {
  process_.wait_until([&] { return std::filesystem::exists(directory_ / "ctl"); });
}

machine::GuestNic ShmNetwork::plug_guest(const network::Port& port) {
  return {.mac = port.mac,
          .address = port.address,
          .mtu_bytes = port.mtu_bytes,
          .backend = machine::NetdevBackend{"vde,sock=" + url_}};
}

void ShmNetwork::plug_namespace(const network::Port& port, const machine::NamespaceMachine& machine) {
  const std::string device = network::device_name(port);
  std::vector<std::string> words{"shm_tap", url_, device};
  if (!offload_) words.emplace_back("--no-offload");
  taps_.emplace_back(port.machine + ":" + port.interface, std::move(words));
  base::Netlink lab;
  taps_.back().wait_until([&] { return lab.exists(device); });
  network::hand_over(device, port, machine);
}

std::vector<network::NetworkProcess> ShmNetwork::processes() const {
  std::vector<network::NetworkProcess> all{{.role = "switch", .pid = process_.pid()}};
  for (const network::ServiceProcess& tap : taps_) all.push_back({.role = "plug", .pid = tap.pid()});
  return all;
}

}  // namespace banco::subject
