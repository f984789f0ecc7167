#include "impl/base/file_descriptor.hh"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "impl/base/system_error.hh"

namespace banco::base {
namespace {

TEST(FileDescriptor, ClosesOnDestruction) {
  int number = -1;
  {
    const FileDescriptor file = open_file("/dev/null", O_RDONLY);
    number = file.number();
    EXPECT_EQ(::fcntl(number, F_GETFD), FD_CLOEXEC);
  }
  EXPECT_EQ(::fcntl(number, F_GETFD), -1);
}

TEST(FileDescriptor, MoveLeavesTheSourceClosed) {
  FileDescriptor first = open_file("/dev/null", O_RDONLY);
  const FileDescriptor second = std::move(first);
  EXPECT_FALSE(first.is_open());  // NOLINT(bugprone-use-after-move): the state after a move is what is tested
  EXPECT_TRUE(second.is_open());
}

TEST(FileDescriptor, ErrorNamesCallObjectAndErrno) {
  try {
    open_file("/nonexistent/file", O_RDONLY);
    FAIL() << "opened a file that does not exist";
  } catch (const SystemError& error) {
    EXPECT_EQ(error.code().value(), ENOENT);
    EXPECT_STREQ(error.what(), "open /nonexistent/file: No such file or directory");
  }
}

TEST(FileDescriptor, ReadAllRefusesMoreThanItsLimit) {
  const Pipe pipe = make_pipe();
  pipe.write_end.write_all("12345");
  EXPECT_THROW(pipe.read_end.read_all(4), std::length_error);
}

TEST(FileDescriptor, WaitForTellsTimeoutFromReady) {
  const Pipe pipe = make_pipe();
  EXPECT_FALSE(pipe.read_end.wait_for(0x001, std::chrono::milliseconds(1)));
  pipe.write_end.write_all("x");
  EXPECT_TRUE(pipe.read_end.wait_for(0x001, std::chrono::milliseconds(1)));
}

TEST(WriteFileAtomically, CreatesReplacesAndLeavesNothingElse) {
  const auto directory =
      std::filesystem::temp_directory_path() / ("banco-atomic-" + std::to_string(::getpid()));
  std::filesystem::create_directory(directory);
  write_file_atomically(directory / "f", "one");
  EXPECT_EQ(read_file(directory / "f"), "one");
  write_file_atomically(directory / "f", "two");
  EXPECT_EQ(read_file(directory / "f"), "two");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory), {}), 1);
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace banco::base
