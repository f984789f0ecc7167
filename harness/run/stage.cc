#include "harness/run/stage.hh"

#include <algorithm>
#include <chrono>

#include "harness/machine/disk_image.hh"
#include "harness/machine/lab.hh"
#include "harness/machine/namespace_machine.hh"
#include "harness/run/installation.hh"
#include "harness/run/interruption.hh"
#include "harness/run/limits.hh"
#include "harness/scenario/impairments.hh"
#include "harness/scenario/segments.hh"
#include "harness/subject/switches.hh"

namespace banco::run {
namespace {

using std::chrono::milliseconds;

// Spanning tree takes some seconds of it.
constexpr std::chrono::seconds kConnectTimeout(20);
constexpr std::size_t kPingsAtOnce = 32;
constexpr milliseconds kPingTimeout(5000);  // ping itself gives up after 1 s
constexpr std::size_t kConsoleLine_count = 20;

network::Port port_of(const scenario::Link& link) {
  network::Port port{.machine = link.machine,
                     .interface = link.interface,
                     .mac = link.mac,
                     .addresses = {},
                     .mtu_bytes = link.mtu_bytes,
                     .vlan = link.vlan,
                     .wire = std::nullopt};
  if (link.impairments)
    port.wire = network::WireSpec{.settings = scenario::wire_settings(*link.impairments, link.machine),
                                  .control = network::wire_control(port.name())};
  for (const std::string& address : {link.address.ipv4, link.address.ipv6})
    if (!address.empty()) port.addresses.push_back(address);
  return port;
}

std::vector<machine::Route> routes_of(const scenario::Machine& node) {
  std::vector<machine::Route> routes;
  for (const scenario::Route& route : node.routes) routes.push_back({route.destination, route.gateway});
  return routes;
}

// The user's file is only read; what the guest writes is in the lab's memory.
machine::GuestDisk make_disk(const scenario::Machine& node) {
  const auto directory = machine::kLabDirectory / "disks";
  std::filesystem::create_directories(directory);
  machine::GuestDisk disk{.overlay = directory / (node.name + ".qcow2"),
                          .console_socket = machine::kLabDirectory / ("console-" + node.name),
                          .credentials = {}};
  std::filesystem::remove(disk.overlay);
  machine::make_overlay(machine::read_disk_image(node.image), disk.overlay);
  if (!node.user.empty()) disk.credentials.user = node.user;
  disk.credentials.password = node.password;
  return disk;
}

}  // namespace

Stage::Stage(const scenario::Topology& topology, const GuestResources& resources,
             const std::filesystem::path& log_directory, const std::string& log_prefix)
    : topology_(topology), paths_(topology_) {
  make_switches();
  for (const scenario::Machine& node : topology_.machines) {
    if (node.kind == scenario::MachineKind::kVm) {
      make_guest(node, resources, log_directory / (log_prefix + "-" + node.name + ".log"));
    } else {
      make_namespace(node, resources);
    }
  }
}

void Stage::make_switches() {
  const auto vlans = scenario::vlans_of_switches(topology_);
  const auto devices = std::make_shared<base::DeviceGroup>();
  for (const scenario::Switch& node : topology_.switches)
    switches_[node.name] = subject::make_switch({.name = node.name,
                                                 .type = node.type,
                                                 .offload = node.offload,
                                                 .ring_kib = node.ring_kib,
                                                 .stp = node.stp,
                                                 .vlans = vlans.at(node.name),
                                                 .devices = devices});
  for (const scenario::Trunk& trunk : topology_.trunks) {
    const bool all = trunk.vlans.empty();
    network::TrunkPort port{.name = trunk.first + "-" + trunk.second,
                            .mtu_bytes = trunk.mtu_bytes,
                            .untagged = all,
                            .vlans = all ? vlans.at(trunk.first) : trunk.vlans,
                            .wire = std::nullopt};
    if (trunk.impairments)
      port.wire = network::WireSpec{.settings = scenario::wire_settings(*trunk.impairments, trunk.first),
                                    .control = network::wire_control(port.name)};
    trunks_.emplace_back(*switches_.at(trunk.first), *switches_.at(trunk.second), port);
  }
}

void Stage::make_namespace(const scenario::Machine& node, const GuestResources& resources) {
  std::vector<const scenario::Link*> links;
  for (const scenario::Link& link : topology_.links)
    if (link.machine == node.name) links.push_back(&link);
  const auto has_ipv6 = [](const scenario::Link* link) { return !link->address.ipv6.empty(); };
  const machine::NamespaceOptions options{.ipv6 = std::any_of(links.begin(), links.end(), has_ipv6),
                                          .forwarding = node.kind == scenario::MachineKind::kRouter};
  std::unique_ptr<machine::NamespaceMachine> host;
  if (node.kind == scenario::MachineKind::kContainer) {
    machine::ContainerRuntime& runtime = *resources.container_runtime;
    const auto& root = scenario::is_path(node.image) ? runtime.unpacked(std::filesystem::path(node.image))
                                                     : runtime.unpacked(resources.images.at(node.image));
    host = std::make_unique<machine::ContainerMachine>(
        runtime, machine::ContainerSpec{
                     .name = node.name, .root = root, .network = options, .limits = limits_of(node)});
  } else {
    host = std::make_unique<machine::NamespaceMachine>(node.name, options);
  }
  for (const scenario::Link* link : links)
    switches_.at(link->switch_name)->plug_namespace(port_of(*link), *host);
  host->add_routes(routes_of(node));
  machines_[node.name] = std::move(host);
}

void Stage::make_guest(const scenario::Machine& node, const GuestResources& resources,
                       const std::filesystem::path& console_log) {
  machine::GuestSpec spec{.name = node.name,
                          .accelerator = resources.accelerator,
                          .cpu_count = node.cpu_count,
                          .memory_bytes = node.memory_bytes,
                          .nics = {},
                          .routes = routes_of(node),
                          .console_log = console_log,
                          .terminal_socket = resources.terminals
                                                 ? machine::kLabDirectory / ("terminal-" + node.name)
                                                 : std::filesystem::path(),
                          .environment = {{"VDEPLUGIN_PATH", vde_plugin_path()}}};
  if (scenario::is_path(node.image)) {
    spec.disk = make_disk(node);
  } else {
    const machine::Image& image = resources.images.at(node.image);
    spec.kernel = image.kernel;
    spec.initrd = image.initrd;
    spec.command_line = image.command_line + (node.append.empty() ? "" : " " + node.append);
  }
  for (const scenario::Link& link : topology_.links)
    if (link.machine == node.name)
      spec.nics.push_back(switches_.at(link.switch_name)->plug_guest(port_of(link)));
  machines_[node.name] = std::make_unique<machine::VirtualMachine>(*resources.hypervisor, spec);
}

void Stage::wait_until_booted(const std::stop_token& stop) {
  const auto start = std::chrono::steady_clock::now();
  for (const auto& [name, host] : machines_) {
    auto* const guest = dynamic_cast<machine::VirtualMachine*>(host.get());
    if (guest == nullptr) continue;
    while (!guest->answers()) {
      if (std::chrono::steady_clock::now() - start > guest->patience()) throw guest->lateness();
      pause_for(stop, milliseconds(50));
    }
  }
}

void Stage::wait_until_connected(const std::vector<scenario::Pair>& pairs, const std::stop_token& stop) {
  struct Attempt {
    const scenario::Pair* pair;
    std::string address;
    std::unique_ptr<machine::Command> ping;
  };
  std::vector<Attempt> open;
  for (const scenario::Pair& pair : pairs)
    for (const scenario::Family family : {scenario::Family::kIpv4, scenario::Family::kIpv6})
      if (std::string address = address_of(pair.server, pair.client, family); !address.empty())
        open.push_back({&pair, std::move(address), nullptr});
  const auto deadline = std::chrono::steady_clock::now() + kConnectTimeout;
  while (!open.empty()) {
    for (std::size_t begin = 0; begin < open.size(); begin += kPingsAtOnce) {
      const std::size_t end = std::min(begin + kPingsAtOnce, open.size());
      check(stop);
      for (std::size_t i = begin; i < end; ++i)
        open[i].ping =
            machine(open[i].pair->client).start({"ping", "-n", "-c", "1", "-W", "1", open[i].address});
      for (std::size_t i = begin; i < end; ++i) {
        const auto result = open[i].ping->wait_for(kPingTimeout);
        open[i].ping.reset();
        if (result && result->status.success()) open[i].pair = nullptr;
      }
    }
    std::erase_if(open, [](const Attempt& attempt) { return attempt.pair == nullptr; });
    if (open.empty()) return;
    const Attempt& late = open.front();
    if (std::chrono::steady_clock::now() > deadline)
      throw machine::MachineError("no ping from " + late.pair->client + " to " + late.pair->server + " (" +
                                  late.address + ") came back within " +
                                  std::to_string(kConnectTimeout.count()) + " s");
    pause_for(stop, milliseconds(50));
  }
}

std::string Stage::address_of(const std::string& server, const std::string& client,
                              scenario::Family family) const {
  const scenario::Link* const link = paths_.link_to(server, client);
  if (link == nullptr) throw machine::MachineError(client + " and " + server + " are not joined");
  const std::string& address = link->address.of(family);
  return address.substr(0, address.find('/'));
}

std::vector<network::NetworkProcess> Stage::network_processes() const {
  std::vector<network::NetworkProcess> all;
  for (const auto& [name, node] : switches_)
    for (const network::NetworkProcess& process : node->processes()) all.push_back(process);
  for (const network::Trunk& trunk : trunks_)
    for (const network::NetworkProcess& process : trunk.processes()) all.push_back(process);
  return all;
}

std::map<std::string, std::string> Stage::consoles() const {
  std::map<std::string, std::string> all;
  for (const auto& [name, host] : machines_)
    if (std::string text = host->console_tail(kConsoleLine_count); !text.empty()) all[name] = std::move(text);
  return all;
}

}  // namespace banco::run
