// What guests and containers need before the first of them starts: images, a hypervisor, and whether KVM
// works.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <stop_token>
#include <string>

#include "harness/machine/image/image.hh"
#include "harness/run/plan.hh"
#include "harness/run/stage.hh"

namespace banco::run {

enum class AcceleratorChoice { kAuto, kKvm, kTcg };

struct GuestOptions {
  AcceleratorChoice accelerator = AcceleratorChoice::kAuto;
  std::string libvirt_uri;  // empty: the embedded driver; otherwise qemu:///session
};

// Images of the machines that will run, built now if they are not there yet, which standard error says.
std::map<std::string, machine::Image> provide_images(const Plan& plan);

// Sets what machines of these kinds need in `resources`; returns a sentence that says why it is this
// accelerator, or nothing without guests. The log of a first try of KVM goes to `directory`. Requires: the
// lab, images. Throws HypervisorError, base::SystemError, Interrupted.
std::string provide_runtimes(GuestResources& resources, const std::set<scenario::MachineKind>& kinds,
                             const GuestOptions& options, const std::filesystem::path& directory,
                             const std::stop_token& stop);

}  // namespace banco::run
