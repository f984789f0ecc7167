// Memory that ports share: memfds whose size can no longer change, so that no neighbour can bring SIGBUS by
// cutting them short, and, for what one party publishes, that nobody else can write.
#pragma once

#include <cstddef>

#include "impl/base/file_descriptor.hh"
#include "impl/base/memory_mapping.hh"

namespace banco::shm_switch {

struct SharedMemory {
  base::FileDescriptor file;
  base::MemoryMapping mapping;
};

// A memfd of `size_bytes`, zero, sealed against shrinking, growing and other seals. Throws SystemError.
base::FileDescriptor make_shared_memory(const char* name, std::size_t size_bytes);

// The same, mapped for writing here and sealed so that nobody can map it for writing any more.
// Throws SystemError.
SharedMemory make_published_memory(const char* name, std::size_t size_bytes);

// Maps what a neighbour or the control process sent, after looking at seals and size.
// Throws std::runtime_error with a sentence when it is not what it must be; SystemError.
base::MemoryMapping map_shared_memory(const base::FileDescriptor& file, std::size_t size_bytes);
// Read-only, and F_SEAL_FUTURE_WRITE is required too.
base::MemoryMapping map_published_memory(const base::FileDescriptor& file, std::size_t size_bytes);

}  // namespace banco::shm_switch
