// NamespaceMachine: a bare network namespace, the cheapest host there is. It shares files and CPU with the
// lab.
#pragma once

#include "harness/machine/machine.hh"
#include "impl/base/namespaces.hh"

namespace banco::machine {

class NamespaceMachine : public Machine {
 public:
  // Makes /run/netns/NAME with its loopback up. Throws base::SystemError, base::NetlinkError.
  explicit NamespaceMachine(const std::string& name);

  const std::string& name() const override { return network_.name(); }
  const base::FileDescriptor& network_namespace() const { return network_.descriptor(); }

  std::unique_ptr<Command> start(const std::vector<std::string>& command) override;
  void write_file(const std::string& path, const std::string& content) override;
  std::string read_file(const std::string& path) override;

 private:
  base::NetworkNamespace network_;
};

}  // namespace banco::machine
