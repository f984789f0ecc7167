// KernelDevice: a network device of the kernel, from which frames are read and into which they are written,
// each behind a virtio_net_hdr_v1, so that checksums and segmentation may be left undone.
//
//   a tap               we are its cable: what the kernel sends comes to us (tap_device.cc)
//   any other device    one end of a veth pair, mostly: what arrives at it comes to us, what we write it
//   sends
//                       (packet_device.cc); the kernel gives no copy of that to us
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "impl/base/file_descriptor.hh"

namespace banco::shm_switch {

class KernelDevice {
 public:
  virtual ~KernelDevice() = default;
  KernelDevice(const KernelDevice&) = delete;
  KernelDevice& operator=(const KernelDevice&) = delete;

  // Readable when a frame waits. Does not wait.
  const base::FileDescriptor& descriptor() const { return descriptor_; }
  // Header and frame into `buffer`: their length; -1 with errno EAGAIN when there is none, with another when
  // the device has gone.
  virtual ssize_t read(std::span<std::byte> buffer) = 0;
  // A frame that the device does not take (down, no memory) is lost, as on a cable. False when the device has
  // gone.
  virtual bool write(std::span<const std::byte> bytes) = 0;

 protected:
  explicit KernelDevice(base::FileDescriptor descriptor) : descriptor_(std::move(descriptor)) {}

 private:
  base::FileDescriptor descriptor_;
};

// The device with that name; a tap is made if there is none. `offload`: let the kernel hand over frames as
// large as 64 KiB with their checksums to be filled in. Throws SystemError, std::runtime_error.
std::unique_ptr<KernelDevice> open_kernel_device(const std::string& name, bool offload);

// What open_kernel_device() chooses from.
std::unique_ptr<KernelDevice> open_tap(const std::string& name, bool offload);
std::unique_ptr<KernelDevice> open_packet_device(const std::string& name);

}  // namespace banco::shm_switch
