#include "harness/machine/namespace_machine.hh"

#include <fcntl.h>

#include <filesystem>

#include "harness/machine/local_command.hh"

namespace banco::machine {
namespace {

void set(const std::string& parameter, const char* value) {
  base::open_file("/proc/sys/net/" + parameter, O_WRONLY).write_all(value);
}

// Of the network that the thread is in.
void configure(const NamespaceOptions& options) {
  if (options.forwarding) {
    set("ipv4/ip_forward", "1");
    // The way back may be another one.
    set("ipv4/conf/all/rp_filter", "0");
    set("ipv4/conf/default/rp_filter", "0");
  }
  if (!std::filesystem::exists("/proc/sys/net/ipv6")) return;
  if (!options.ipv6) {
    set("ipv6/conf/all/disable_ipv6", "1");
    set("ipv6/conf/default/disable_ipv6", "1");
    return;
  }
  if (options.forwarding) set("ipv6/conf/all/forwarding", "1");
  set("ipv6/conf/default/accept_ra", "0");
  set("ipv6/conf/default/accept_dad", "0");
}

}  // namespace

NamespaceMachine::NamespaceMachine(const std::string& name, const NamespaceOptions& options)
    : network_(name, [&] { furnish(options); }) {}

NamespaceMachine::NamespaceMachine(const std::string& name, const base::FileDescriptor& network,
                                   const NamespaceOptions& options)
    : network_(name, network, [&] { furnish(options); }) {}

void NamespaceMachine::furnish(const NamespaceOptions& options) {
  configure(options);
  netlink_.emplace();
  netlink_->set_up("lo");
}

void NamespaceMachine::add_routes(const std::vector<Route>& routes) {
  try {
    for (const Route& route : routes) netlink_->add_gateway(route.destination, route.gateway);
  } catch (const base::NetlinkError& error) {
    throw MachineError(name() + ": " + error.what());
  }
}

std::unique_ptr<Command> NamespaceMachine::start(const std::vector<std::string>& command) {
  return std::make_unique<LocalCommand>(
      name(), base::ChildOptions{.command = command, .network_namespace = &network_.descriptor()});
}

void NamespaceMachine::write_file(const std::string& path, const std::string& content) {
  base::open_file(path, O_WRONLY | O_CREAT | O_TRUNC).write_all(content);
}

std::string NamespaceMachine::read_file(const std::string& path) {
  return base::read_file(path);
}

}  // namespace banco::machine
