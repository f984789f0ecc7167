// GuestShell: a shell in a guest on its second serial port, a terminal with line editing and Ctrl-C.
// The port is a Unix socket of QEMU; the shell is started through the guest agent.
#pragma once

#include <memory>
#include <string>

#include "harness/machine/virtual_machine.hh"
#include "impl/base/file_descriptor.hh"

namespace banco::lab {

struct GuestTerminal {
  std::string prompt;    // PS1
  std::string terminal;  // TERM
  int row_count = 24;
  int column_count = 80;
};

class GuestShell {
 public:
  // Returns when it prompts. Throws RequestError when somebody else has the shell of this guest,
  // machine::MachineError, base::SystemError.
  GuestShell(machine::VirtualMachine& guest, const GuestTerminal& terminal);
  ~GuestShell();
  GuestShell(const GuestShell&) = delete;
  GuestShell& operator=(const GuestShell&) = delete;

  // What is written here is typed; what is read was printed.
  const base::FileDescriptor& stream() const { return stream_; }
  // The shell itself; the client ends it by `exit` or Ctrl-D.
  machine::Command& command() const { return *command_; }

 private:
  std::string name_;
  base::FileDescriptor stream_;
  std::unique_ptr<machine::Command> command_;
};

}  // namespace banco::lab
