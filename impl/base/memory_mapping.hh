// MemoryMapping: the one owner of one mmap(2).
#pragma once

#include <cstddef>
#include <span>

#include "impl/base/file_descriptor.hh"

namespace banco::base {

class MemoryMapping {
 public:
  // Maps `size_bytes` of `file` from its start, shared. `protection` is PROT_READ, PROT_WRITE or both.
  // Throws SystemError. Trust: a file that somebody else can shorten may still end in SIGBUS; seal it
  // (memfd).
  MemoryMapping(const FileDescriptor& file, std::size_t size_bytes, int protection);
  MemoryMapping(MemoryMapping&& other) noexcept;
  MemoryMapping& operator=(MemoryMapping&& other) noexcept;
  ~MemoryMapping();

  std::span<std::byte> bytes() const { return {start_, size_bytes_}; }

 private:
  std::byte* start_ = nullptr;
  std::size_t size_bytes_ = 0;
};

}  // namespace banco::base
