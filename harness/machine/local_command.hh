// LocalCommand: a command of a machine that is a child process of banco.
#pragma once

#include <string>

#include "harness/machine/machine.hh"
#include "impl/base/file_descriptor.hh"

namespace banco::machine {

class LocalCommand : public Command {
 public:
  // Starts it; what it prints is collected. `machine` names it in errors. Throws MachineError.
  LocalCommand(const std::string& machine, base::ChildOptions options);

  std::optional<base::CommandResult> wait_for(std::chrono::milliseconds timeout) override;
  void end() override { child_.signal(SIGKILL); }

 private:
  base::FileDescriptor output_;
  base::FileDescriptor errors_;
  base::ChildProcess child_;
};

}  // namespace banco::machine
