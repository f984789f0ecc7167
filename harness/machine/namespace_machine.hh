// NamespaceMachine: a bare network namespace, the cheapest host there is. It shares files and CPU with the
// lab.
#pragma once

#include <vector>

#include "harness/machine/machine.hh"
#include "impl/base/namespaces.hh"
#include "impl/base/netlink.hh"

namespace banco::machine {

struct NamespaceOptions {
  bool ipv6 = false;        // otherwise it is off; either way nothing configures itself
  bool forwarding = false;  // a router
};

class NamespaceMachine : public Machine {
 public:
  // Makes /run/netns/NAME with its loopback up. Throws base::SystemError, base::NetlinkError.
  explicit NamespaceMachine(const std::string& name, const NamespaceOptions& options = {});

  const std::string& name() const override { return network_.name(); }
  const base::FileDescriptor& network_namespace() const { return network_.descriptor(); }
  // A socket that works inside.
  base::Netlink& netlink() { return *netlink_; }
  // Throws MachineError.
  void add_routes(const std::vector<Route>& routes);

  std::unique_ptr<Command> start(const std::vector<std::string>& command) override;
  void write_file(const std::string& path, const std::string& content) override;
  std::string read_file(const std::string& path) override;
  bool has_own_files() const override { return false; }

 protected:
  // Of a network that exists.
  NamespaceMachine(const std::string& name, const base::FileDescriptor& network,
                   const NamespaceOptions& options);

 private:
  void furnish(const NamespaceOptions& options);

  std::optional<base::Netlink> netlink_;  // opened while the namespace is made
  base::NetworkNamespace network_;
};

}  // namespace banco::machine
