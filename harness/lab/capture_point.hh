// Where the frames of a link can be captured.
#pragma once

#include <string>

#include "harness/lab/capture_output.hh"
#include "harness/machine/machine.hh"
#include "harness/scenario/scenario.hh"

namespace banco::lab {

// A network device of the kernel that all frames of a link pass.
struct CapturePoint {
  std::string device;
  bool at_switch = false;                         // it is the switch's end, not the machine's
  const base::FileDescriptor* network = nullptr;  // the namespace that it is in; null: the lab's own
};

// `machine` is that of the link, and must live as long as the result. Throws RequestError when the link is
// carried by no device of the kernel.
CapturePoint capture_point(const scenario::Link& link, const machine::Machine& machine);

// For the interface descriptions of a capture. `owner`: the lab or the scenario.
CapturedLink describe(const scenario::Link& link, const std::string& owner);

}  // namespace banco::lab
