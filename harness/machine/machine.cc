#include "harness/machine/machine.hh"

namespace banco::machine {

base::CommandResult Machine::run(const std::vector<std::string>& command, std::chrono::milliseconds timeout) {
  if (auto result = start(command)->wait_for(timeout)) return *std::move(result);
  throw MachineError(name() + ": " + command.front() + " was not done after " +
                     std::to_string(timeout.count()) + " ms");
}

}  // namespace banco::machine
