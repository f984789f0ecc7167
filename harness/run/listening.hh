// Whether a program of a machine is ready to be connected to.
#pragma once

#include <stop_token>

#include "harness/machine/machine.hh"

namespace banco::run {

// Returns once somebody listens at the TCP port. Throws MachineError after 20 s, Interrupted.
void wait_until_listening(machine::Machine& machine, int port, const std::stop_token& stop);

}  // namespace banco::run
