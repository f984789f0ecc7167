// TapDevice: a tap whose frames carry a virtio_net_hdr_v1, so that checksums and segmentation may be left
// undone.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "impl/base/file_descriptor.hh"

namespace banco::shm_switch {

class TapDevice {
 public:
  // Makes the tap, or takes one that is there. `offload`: let the kernel hand over frames as large as 64 KiB
  // with their checksums to be filled in. Goes with this object, also when it was moved to another network
  // namespace. Throws SystemError.
  TapDevice(const std::string& name, bool offload);

  // Readable when a frame waits. Does not wait.
  const base::FileDescriptor& descriptor() const { return descriptor_; }

 private:
  base::FileDescriptor descriptor_;
};

}  // namespace banco::shm_switch
