// Machine: something with a network stack of its own that runs commands. VirtualMachine, ContainerMachine and
// NamespaceMachine are it.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "impl/base/child_process.hh"

namespace banco::machine {

// What went wrong in or with a machine, in one sentence that names it.
class MachineError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Sends packets for a network such as "10.0.1.0/24", or with "default" for all others, to the gateway
// "10.0.0.1".
struct Route {
  std::string destination;
  std::string gateway;
};

// A command that runs in a machine. Destroying it ends it where that takes no time: in a namespace.
class Command {
 public:
  virtual ~Command() = default;
  // Its result if it ends within `timeout`. Throws MachineError when the machine no longer answers.
  virtual std::optional<base::CommandResult> wait_for(std::chrono::milliseconds timeout) = 0;
  // Ends it: SIGKILL. Throws MachineError when the machine no longer answers.
  virtual void end() = 0;
};

class Machine {
 public:
  virtual ~Machine() = default;

  virtual const std::string& name() const = 0;

  // Starts `command` (program and arguments, no shell). Throws MachineError.
  virtual std::unique_ptr<Command> start(const std::vector<std::string>& command) = 0;
  // Runs it to its end. Throws MachineError, also when it is not done by `timeout`.
  base::CommandResult run(const std::vector<std::string>& command,
                          std::chrono::milliseconds timeout = std::chrono::seconds(30));

  // Whole files, at most 64 MiB. Throw MachineError.
  virtual void write_file(const std::string& path, const std::string& content) = 0;
  virtual std::string read_file(const std::string& path) = 0;
  // False when they are the lab's.
  virtual bool has_own_files() const { return true; }

  // CPU time that this machine's hypervisor has used since it started; nothing for machines without one.
  virtual std::optional<std::chrono::nanoseconds> hypervisor_cpu_time() const { return std::nullopt; }

  // The last lines that the machine printed on its console; empty without one.
  virtual std::string console_tail(std::size_t /*line_count*/) const { return {}; }
};

}  // namespace banco::machine
