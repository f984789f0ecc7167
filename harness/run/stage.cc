#include "harness/run/stage.hh"

#include <chrono>

#include "harness/machine/lab.hh"
#include "harness/machine/namespace_machine.hh"
#include "harness/run/installation.hh"
#include "harness/run/interruption.hh"
#include "harness/subject/switches.hh"

namespace banco::run {
namespace {

using std::chrono::milliseconds;

// Eight emulated guests on two CPUs need some 15 s; a guest that hangs should not hold up a run much longer.
constexpr std::chrono::seconds kBootTimeout(90);
constexpr std::chrono::seconds kConnectTimeout(20);
constexpr std::size_t kConsoleLine_count = 20;

network::Port port_of(const scenario::Link& link) {
  return {.machine = link.machine,
          .interface = link.interface,
          .mac = link.mac,
          .address = link.address,
          .mtu_bytes = link.mtu_bytes};
}

}  // namespace

Stage::Stage(const scenario::Topology& topology, const GuestResources& resources,
             const std::filesystem::path& log_directory, const std::string& log_prefix)
    : topology_(topology) {
  for (const scenario::Switch& node : topology_.switches)
    switches_[node.name] = subject::make_switch(
        {.name = node.name, .type = node.type, .offload = node.offload, .ring_kib = node.ring_kib});
  for (const scenario::Machine& node : topology_.machines) {
    if (node.kind == scenario::MachineKind::kNamespace) {
      auto host = std::make_unique<machine::NamespaceMachine>(node.name);
      for (const scenario::Link& link : topology_.links)
        if (link.machine == node.name) switches_.at(link.switch_name)->plug_namespace(port_of(link), *host);
      machines_[node.name] = std::move(host);
      continue;
    }
    const machine::Image& image = resources.images.at(node.image);
    machine::GuestSpec spec{
        .name = node.name,
        .accelerator = resources.accelerator,
        .kernel = image.kernel,
        .initrd = image.initrd,
        .command_line = image.command_line + (node.append.empty() ? "" : " " + node.append),
        .cpu_count = node.cpu_count,
        .memory_bytes = node.memory_bytes,
        .nics = {},
        .console_log = log_directory / (log_prefix + "-" + node.name + ".log"),
        .terminal_socket = resources.terminals ? machine::kLabDirectory / ("terminal-" + node.name)
                                               : std::filesystem::path(),
        .environment = {{"VDEPLUGIN_PATH", vde_plugin_path()}}};
    for (const scenario::Link& link : topology_.links)
      if (link.machine == node.name)
        spec.nics.push_back(switches_.at(link.switch_name)->plug_guest(port_of(link)));
    machines_[node.name] = std::make_unique<machine::VirtualMachine>(*resources.hypervisor, spec);
  }
}

void Stage::wait_until_booted(const std::stop_token& stop) {
  const auto deadline = std::chrono::steady_clock::now() + kBootTimeout;
  for (const auto& [name, host] : machines_) {
    auto* const guest = dynamic_cast<machine::VirtualMachine*>(host.get());
    if (guest == nullptr) continue;
    while (!guest->answers()) {
      if (std::chrono::steady_clock::now() > deadline)
        throw machine::MachineError(name + ": the guest agent did not answer within " +
                                    std::to_string(kBootTimeout.count()) + " s of boot");
      pause_for(stop, milliseconds(50));
    }
  }
}

void Stage::wait_until_connected(const std::vector<scenario::Pair>& pairs, const std::stop_token& stop) {
  const auto deadline = std::chrono::steady_clock::now() + kConnectTimeout;
  for (const scenario::Pair& pair : pairs) {
    const std::string address = address_of(pair.server, pair.client);
    for (;;) {
      check(stop);
      const auto result = machine(pair.client).run({"ping", "-n", "-c", "1", "-W", "1", address});
      if (result.status.success()) break;
      if (std::chrono::steady_clock::now() > deadline)
        throw machine::MachineError("no ping from " + pair.client + " to " + pair.server + " (" + address +
                                    ") came back within " + std::to_string(kConnectTimeout.count()) + " s");
      pause_for(stop, milliseconds(50));
    }
  }
}

std::string Stage::address_of(const std::string& server, const std::string& client) const {
  for (const scenario::Link& to : topology_.links)
    for (const scenario::Link& from : topology_.links)
      if (to.machine == server && from.machine == client && to.switch_name == from.switch_name)
        return to.address.substr(0, to.address.find('/'));
  throw machine::MachineError(client + " and " + server + " have no switch in common");
}

std::vector<network::NetworkProcess> Stage::network_processes() const {
  std::vector<network::NetworkProcess> all;
  for (const auto& [name, node] : switches_)
    for (const network::NetworkProcess& process : node->processes()) all.push_back(process);
  return all;
}

std::map<std::string, std::string> Stage::consoles() const {
  std::map<std::string, std::string> all;
  for (const auto& [name, host] : machines_)
    if (std::string text = host->console_tail(kConsoleLine_count); !text.empty()) all[name] = std::move(text);
  return all;
}

}  // namespace banco::run
