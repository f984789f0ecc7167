// A tap of the kernel with checksums and segmentation left undone: frames as large as 64 KiB, each behind a
// virtio_net_hdr_v1.
#pragma once

#include <string>

#include "impl/base/file_descriptor.hh"

namespace banco::vde {

// The tap with that name, made if there is none; it goes with the descriptor, also when it was moved to
// another network namespace, unless somebody made it persistent. Reading and writing do not wait. `offload`:
// let the kernel hand over frames as large as 64 KiB with their checksums to be filled in. Throws
// SystemError.
base::FileDescriptor open_tap(const std::string& name, bool offload);

}  // namespace banco::vde
