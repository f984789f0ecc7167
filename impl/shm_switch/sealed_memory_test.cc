#include "impl/shm_switch/sealed_memory.hh"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <stdexcept>

#include "impl/base/system_error.hh"

namespace banco::shm_switch {
namespace {

base::FileDescriptor memfd(std::size_t bytes, int seals) {
  base::FileDescriptor file(::memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  EXPECT_EQ(::ftruncate(file.number(), static_cast<off_t>(bytes)), 0);
  EXPECT_EQ(::fcntl(file.number(), F_ADD_SEALS, seals), 0);
  return file;
}

TEST(SharedMemory, CannotBeCutOrMadeLonger) {
  const auto file = make_shared_memory("test", 8192);
  EXPECT_LT(::ftruncate(file.number(), 4096), 0);
  EXPECT_LT(::ftruncate(file.number(), 16384), 0);
  EXPECT_EQ(map_shared_memory(file, 8192).bytes().size(), 8192u);
}

TEST(PublishedMemory, IsWrittenByItsMakerOnly) {
  const SharedMemory memory = make_published_memory("test", 4096);
  const base::MemoryMapping reader = map_published_memory(memory.file, 4096);
  memory.mapping.bytes()[7] = std::byte{42};
  EXPECT_EQ(reader.bytes()[7], std::byte{42});
  EXPECT_THROW(map_shared_memory(memory.file, 4096), base::SystemError);
  EXPECT_LT(::write(memory.file.number(), "x", 1), 0);
}

TEST(SharedMemory, WithoutSealsIsRefused) {
  EXPECT_THROW(map_shared_memory(memfd(4096, F_SEAL_SHRINK), 4096), std::runtime_error);
  EXPECT_THROW(map_published_memory(memfd(4096, F_SEAL_SHRINK | F_SEAL_GROW), 4096), std::runtime_error);
  EXPECT_NO_THROW(map_shared_memory(memfd(4096, F_SEAL_SHRINK | F_SEAL_GROW), 4096));
}

TEST(SharedMemory, OfAnotherSizeIsRefused) {
  EXPECT_THROW(map_shared_memory(make_shared_memory("test", 4096), 8192), std::runtime_error);
}

TEST(SharedMemory, ThatIsNoneIsRefused) {
  EXPECT_THROW(map_shared_memory(base::make_pipe().read_end, 4096), std::runtime_error);
  EXPECT_THROW(map_shared_memory(base::open_file("/proc/self/exe", O_RDONLY), 4096), std::runtime_error);
}

}  // namespace
}  // namespace banco::shm_switch
