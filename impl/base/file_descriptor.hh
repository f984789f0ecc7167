// FileDescriptor: the one owner of one descriptor. Everything that holds a kernel object holds one of these.
#pragma once

#include <fcntl.h>
#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace banco::base {

class FileDescriptor {
 public:
  FileDescriptor() = default;
  // Takes over `number`, which the caller got close-on-exec.
  explicit FileDescriptor(int number) : number_(number) {}
  FileDescriptor(FileDescriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor() { close(); }

  int number() const { return number_; }
  bool is_open() const { return number_ >= 0; }
  void close() noexcept;

  // Another descriptor of the same open file description. Throws SystemError.
  FileDescriptor duplicate() const;

  // Reads once, retrying on EINTR; returns the bytes read, 0 at end of file. Throws SystemError.
  std::size_t read(std::span<std::byte> buffer) const;
  // Reads until end of file, at most `limit_bytes`. Throws SystemError; std::length_error beyond the limit.
  std::string read_all(std::size_t limit_bytes = std::size_t{64} << 20) const;
  // Writes everything. Throws SystemError; what was written before a failure stays written.
  void write_all(std::string_view bytes) const;

  // Waits for `events` of poll(2); false when `timeout` passed first. Throws SystemError.
  bool wait_for(short events, std::chrono::milliseconds timeout) const;

 private:
  int number_ = -1;
};

// open(2), close-on-exec added. Throws SystemError that names `path`.
FileDescriptor open_file(const std::filesystem::path& path, int flags, mode_t mode = 0666);

struct Pipe {
  FileDescriptor read_end;
  FileDescriptor write_end;
};
// pipe2(2), close-on-exec. Throws SystemError.
Pipe make_pipe();

// A whole small file as text. Throws SystemError; std::length_error beyond 64 MiB.
std::string read_file(const std::filesystem::path& path);

// Replaces `path` in one step: either the old content or all of the new one is there, also after
// kill -9, and no temporary file is ever left (O_TMPFILE and linkat). Its content is on disk before its name,
// unless it is worth nothing after a restart of the machine. Throws SystemError.
enum class Lifetime { kForEver, kUntilRestart };
void write_file_atomically(const std::filesystem::path& path, std::string_view content, mode_t mode = 0644,
                           Lifetime lifetime = Lifetime::kForEver);

}  // namespace banco::base
