// ListeningSocket: a Unix stream socket that listens at a path, where a program can be managed.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>

#include "impl/base/file_descriptor.hh"

namespace banco::base {

class ListeningSocket {
 public:
  // `mode`: who may write it may connect. `group`: owns it, without it no change. `option`:
  // begins the sentence when something is wrong with the path. A socket that nobody listens at is replaced.
  // Throws std::runtime_error with a sentence, SystemError.
  ListeningSocket(const char* option, std::filesystem::path path, mode_t mode,
                  std::optional<gid_t> group = std::nullopt);
  ~ListeningSocket() { remove(); }
  ListeningSocket(const ListeningSocket&) = delete;
  ListeningSocket& operator=(const ListeningSocket&) = delete;

  // Its name goes; those who are connected stay. Nothing when that was done.
  void remove() noexcept;
  const std::filesystem::path& path() const { return path_; }
  const FileDescriptor& descriptor() const { return descriptor_; }

 private:
  bool removed_ = false;
  std::filesystem::path path_;
  FileDescriptor descriptor_;
};

}  // namespace banco::base
