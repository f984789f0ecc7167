#include "impl/shm_switch/sealed_memory.hh"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <stdexcept>

#include "impl/base/system_error.hh"

namespace banco::shm_switch {
namespace {

using base::check_system_call;

constexpr int kSizeSeals = F_SEAL_SHRINK | F_SEAL_GROW;

base::FileDescriptor make_memory(const char* name, std::size_t size_bytes) {
  base::FileDescriptor file(
      check_system_call("memfd_create", ::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING)));
  check_system_call("ftruncate", ::ftruncate(file.number(), static_cast<off_t>(size_bytes)));
  return file;
}

void check_memory(const base::FileDescriptor& file, std::size_t size_bytes, int wanted_seals) {
  const int seals = ::fcntl(file.number(), F_GET_SEALS);
  if (seals < 0) throw std::runtime_error("shared memory that is no memfd");
  if ((seals & wanted_seals) != wanted_seals)
    throw std::runtime_error(
        fmt::format("shared memory without its seals ({:#x} of {:#x})", seals, wanted_seals));
  struct stat status {};
  check_system_call("fstat", ::fstat(file.number(), &status));
  if (status.st_size != static_cast<off_t>(size_bytes))
    throw std::runtime_error(
        fmt::format("shared memory of {} bytes instead of {}: another version?", status.st_size, size_bytes));
}

}  // namespace

base::FileDescriptor make_shared_memory(const char* name, std::size_t size_bytes) {
  base::FileDescriptor file = make_memory(name, size_bytes);
  check_system_call("fcntl F_ADD_SEALS", ::fcntl(file.number(), F_ADD_SEALS, kSizeSeals | F_SEAL_SEAL));
  return file;
}

SharedMemory make_published_memory(const char* name, std::size_t size_bytes) {
  base::FileDescriptor file = make_memory(name, size_bytes);
  base::MemoryMapping mapping(file, size_bytes, PROT_READ | PROT_WRITE);
  check_system_call("fcntl F_ADD_SEALS",
                    ::fcntl(file.number(), F_ADD_SEALS, kSizeSeals | F_SEAL_FUTURE_WRITE | F_SEAL_SEAL));
  return {std::move(file), std::move(mapping)};
}

base::MemoryMapping map_shared_memory(const base::FileDescriptor& file, std::size_t size_bytes) {
  check_memory(file, size_bytes, kSizeSeals);
  return {file, size_bytes, PROT_READ | PROT_WRITE};
}

base::MemoryMapping map_published_memory(const base::FileDescriptor& file, std::size_t size_bytes) {
  check_memory(file, size_bytes, kSizeSeals | F_SEAL_FUTURE_WRITE);
  return {file, size_bytes, PROT_READ};
}

}  // namespace banco::shm_switch
