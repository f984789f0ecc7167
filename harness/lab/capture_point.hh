// Where the frames of a link can be captured.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "harness/lab/capture_output.hh"
#include "harness/machine/machine.hh"
#include "harness/scenario/scenario.hh"

namespace banco::lab {

// A network device of the kernel that all frames of a link pass, or a wire.
struct CapturePoint {
  std::filesystem::path wire;  // its control socket; empty: a device
  std::string device;
  bool at_switch = false;                         // it is the switch's end, not the machine's
  const base::FileDescriptor* network = nullptr;  // the namespace that it is in; null: the lab's own
};

// `machine` is that of the link, and must live as long as the result. Throws RequestError when QEMU itself
// speaks to the switch.
CapturePoint capture_point(const scenario::Link& link, const machine::Machine& machine);

// Begins a capture of all frames. Requires: called in the lab. Throws CaptureError.
std::unique_ptr<FrameSource> open_capture(const CapturePoint& point);

// For the interface descriptions of a capture. `owner`: the lab or the scenario.
CapturedLink describe(const scenario::Link& link, const std::string& owner);

}  // namespace banco::lab
