#include "impl/base/file_descriptor.hh"

#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <vector>

#include "impl/base/system_error.hh"

namespace banco::base {

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  if (this != &other) {
    close();
    number_ = std::exchange(other.number_, -1);
  }
  return *this;
}

void FileDescriptor::close() noexcept {
  if (number_ >= 0) ::close(std::exchange(number_, -1));
}

FileDescriptor FileDescriptor::duplicate() const {
  return FileDescriptor(check_system_call("fcntl F_DUPFD_CLOEXEC", ::fcntl(number_, F_DUPFD_CLOEXEC, 0)));
}

std::size_t FileDescriptor::read(std::span<std::byte> buffer) const {
  for (;;) {
    const ssize_t count = ::read(number_, buffer.data(), buffer.size());
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR) throw SystemError(errno, "read");
  }
}

std::string FileDescriptor::read_all(std::size_t limit_bytes) const {
  std::string all;
  std::array<std::byte, 16384> buffer;
  for (;;) {
    const std::size_t count = read(buffer);
    if (count == 0) return all;
    if (all.size() + count > limit_bytes)
      throw std::length_error("more than " + std::to_string(limit_bytes) + " bytes");
    all.append(reinterpret_cast<const char*>(buffer.data()), count);
  }
}

void FileDescriptor::write_all(std::string_view bytes) const {
  while (!bytes.empty()) {
    const ssize_t count = ::write(number_, bytes.data(), bytes.size());
    if (count < 0) {
      if (errno == EINTR) continue;
      throw SystemError(errno, "write");
    }
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

bool FileDescriptor::wait_for(short events, std::chrono::milliseconds timeout) const {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd poll_entry{.fd = number_, .events = events, .revents = 0};
    const int ready = ::poll(&poll_entry, 1, static_cast<int>(std::max<long>(left.count(), 0)));
    if (ready > 0) return true;
    if (ready == 0) return false;
    if (errno != EINTR) throw SystemError(errno, "poll");
  }
}

FileDescriptor open_file(const std::filesystem::path& path, int flags, mode_t mode) {
  return FileDescriptor(
      check_system_call("open", path.string(), ::open(path.c_str(), flags | O_CLOEXEC, mode)));
}

Pipe make_pipe() {
  std::array<int, 2> ends{};
  check_system_call("pipe2", ::pipe2(ends.data(), O_CLOEXEC));
  return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

std::string read_file(const std::filesystem::path& path) {
  return open_file(path, O_RDONLY).read_all();
}

void write_file_atomically(const std::filesystem::path& path, std::string_view content, mode_t mode,
                           Lifetime lifetime) {
  const auto directory = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  const FileDescriptor file = open_file(directory, O_TMPFILE | O_WRONLY, mode);
  file.write_all(content);
  if (lifetime == Lifetime::kForEver)
    check_system_call("fdatasync", path.string(), ::fdatasync(file.number()));
  const std::string self = "/proc/self/fd/" + std::to_string(file.number());
  if (::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, path.c_str(), AT_SYMLINK_FOLLOW) == 0) return;
  if (errno != EEXIST) throw SystemError(errno, "linkat " + path.string());
  // linkat does not replace, rename does: the name beside it exists only between two system calls.
  const auto beside = path.string() + ".new";
  ::unlink(beside.c_str());
  check_system_call("linkat", beside,
                    ::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, beside.c_str(), AT_SYMLINK_FOLLOW));
  check_system_call("rename", beside, ::rename(beside.c_str(), path.c_str()));
}

}  // namespace banco::base
