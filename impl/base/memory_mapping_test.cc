#include "impl/base/memory_mapping.hh"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "impl/base/system_error.hh"

namespace banco::base {
namespace {

FileDescriptor memory_file(std::size_t size_bytes) {
  FileDescriptor file(check_system_call("memfd_create", ::memfd_create("test", MFD_CLOEXEC)));
  check_system_call("ftruncate", ::ftruncate(file.number(), static_cast<off_t>(size_bytes)));
  return file;
}

TEST(MemoryMapping, TwoMappingsOfAFileShareItsBytes) {
  const FileDescriptor file = memory_file(4096);
  const MemoryMapping first(file, 4096, PROT_READ | PROT_WRITE);
  const MemoryMapping second(file, 4096, PROT_READ);
  first.bytes()[100] = std::byte{42};
  EXPECT_EQ(second.bytes()[100], std::byte{42});
}

TEST(MemoryMapping, MovedFromHoldsNothing) {
  MemoryMapping first(memory_file(4096), 4096, PROT_READ | PROT_WRITE);
  const MemoryMapping second = std::move(first);
  EXPECT_TRUE(first.bytes().empty());  // NOLINT(bugprone-use-after-move): what is tested
  second.bytes()[0] = std::byte{1};
}

TEST(MemoryMapping, ErrorNamesTheCall) {
  EXPECT_THROW(MemoryMapping(memory_file(4096), 0, PROT_READ), SystemError);
}

}  // namespace
}  // namespace banco::base
