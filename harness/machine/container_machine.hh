// ContainerMachine: an OCI container that crun(1) runs in the lab: a network namespace that has files,
// processes and a host name of its own. No daemon, no root.
//
// Shape  its root file system is `root`, covered by an overlay that goes with the container; process 1 waits
//        and reaps; commands come in by `crun exec`, as root with the capabilities that Docker gives, and
//        CAP_NET_ADMIN. For an ordinary user that root is the user, in a user namespace of the container.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/machine/container_runtime.hh"
#include "harness/machine/namespace_machine.hh"

namespace banco::machine {

struct ContainerSpec {
  std::string name;    // also the host name
  ContainerRoot root;  // not written to
  NamespaceOptions network;
  Limits limits = {};  // those that are enforced here
};

// A container that runs, gone with the object. ContainerMachine adds its network.
class Container {
 public:
  // Throws MachineError that names the container.
  Container(const ContainerRuntime& runtime, const ContainerSpec& spec);
  Container(const Container&) = delete;
  Container& operator=(const Container&) = delete;
  ~Container();

  // Of process 1.
  pid_t pid() const { return pid_; }
  const std::filesystem::path& directory() const { return directory_; }
  // Of all its processes.
  const std::vector<std::pair<std::string, std::string>>& environment() const { return environment_; }
  const LimitGroup& limits() const { return limits_; }

 private:
  void mount_root(const std::filesystem::path& image) const;
  void remove() noexcept;

  const ContainerRuntime& runtime_;
  std::string name_;
  std::filesystem::path directory_;
  std::vector<std::pair<std::string, std::string>> environment_;
  LimitGroup limits_;
  pid_t pid_ = -1;
};

class ContainerMachine : public NamespaceMachine {
 public:
  // Starts it. `runtime` must outlive this object. Throws MachineError, base::SystemError,
  // base::NetlinkError.
  ContainerMachine(const ContainerRuntime& runtime, const ContainerSpec& spec)
      : ContainerMachine(runtime, spec, std::make_unique<Container>(runtime, spec)) {}

  std::unique_ptr<Command> start(const std::vector<std::string>& command) override;
  void write_file(const std::string& path, const std::string& content) override;
  std::string read_file(const std::string& path) override;
  bool has_own_files() const override { return true; }

  // The command line that runs a command inside with more in its environment, to which `--tty`, `--env
  // NAME=VALUE`, the name of the container and the command are added.
  std::vector<std::string> entrance() const;
  // What that program must go into for its limits: base::ChildOptions::control_groups.
  std::vector<const base::FileDescriptor*> limit_entrances() const {
    return container_->limits().entrances();
  }

 private:
  ContainerMachine(const ContainerRuntime& runtime, const ContainerSpec& spec,
                   std::unique_ptr<Container> container);

  const ContainerRuntime& runtime_;
  std::unique_ptr<Container> container_;
  unsigned command_count_ = 0;
};

}  // namespace banco::machine
