// Whether guests can run under KVM here: found out by booting one, never guessed from /dev/kvm.
//
// On some machines KVM opens, has the right API version, libvirt lists it, and even a small test program runs
// in it, yet a Linux guest never reaches its first line. So the real image is booted, with a deadline that
// starts anew whenever the guest prints something, and the answer is kept until the kernel, QEMU, the image
// or the user changes.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "harness/machine/hypervisor.hh"
#include "harness/machine/image/image.hh"
#include "harness/machine/virtual_machine.hh"

namespace banco::machine {

struct Acceleration {
  Accelerator accelerator = Accelerator::kTcg;
  std::string reason;  // one sentence: "KVM booted the image in 1.2 s", "/dev/kvm: Permission denied"
};

// What QEMU said first, out of libvirt's message that QEMU ended: without the time, the names of programs and
// what followed. Other messages stay as they are.
std::string first_words_of_qemu(const std::string& message);

// What can be told without booting: absent or forbidden /dev/kvm means TCG. Nothing when it has to be tried.
std::optional<Acceleration> acceleration_without_probe();

// The answer of an earlier probe of the same kernel, CPU, QEMU, image and user.
std::optional<Acceleration> remembered_acceleration(const std::filesystem::path& cache_directory,
                                                    const Image& image);
void remember_acceleration(const std::filesystem::path& cache_directory, const Image& image,
                           const Acceleration& acceleration);

// Boots `image` under KVM; `pause` is called between looks and may throw to give up. Takes a second or two
// where KVM works, 15 s where nothing comes. Requires: the lab.
Acceleration probe_acceleration(const Hypervisor& hypervisor, const Image& image,
                                const std::filesystem::path& console_log, const std::function<void()>& pause);

}  // namespace banco::machine
