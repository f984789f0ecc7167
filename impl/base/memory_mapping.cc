#include "impl/base/memory_mapping.hh"

#include <sys/mman.h>

#include <cerrno>
#include <utility>

#include "impl/base/system_error.hh"

namespace banco::base {

MemoryMapping::MemoryMapping(const FileDescriptor& file, std::size_t size_bytes, int protection)
    : size_bytes_(size_bytes) {
  void* const address = ::mmap(nullptr, size_bytes, protection, MAP_SHARED, file.number(), 0);
  if (address == MAP_FAILED) throw SystemError(errno, "mmap");
  start_ = static_cast<std::byte*>(address);
}

MemoryMapping::MemoryMapping(MemoryMapping&& other) noexcept
    : start_(std::exchange(other.start_, nullptr)), size_bytes_(std::exchange(other.size_bytes_, 0)) {}

MemoryMapping& MemoryMapping::operator=(MemoryMapping&& other) noexcept {
  std::swap(start_, other.start_);
  std::swap(size_bytes_, other.size_bytes_);
  return *this;
}

MemoryMapping::~MemoryMapping() {
  if (start_ != nullptr) ::munmap(start_, size_bytes_);
}

}  // namespace banco::base
