// ManagementSocket: a Unix stream socket that listens at a path, where the switch can be managed.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

#include "impl/base/file_descriptor.hh"

namespace banco::shm_switch {

class ManagementSocket {
 public:
  // `mode`: who may write it may manage the switch. `group`: owns it; empty for no change. `option`: begins
  // the sentence when something is wrong with the path. A socket that nobody listens at is replaced. Throws
  // std::runtime_error with a sentence, SystemError.
  ManagementSocket(const char* option, std::filesystem::path path, mode_t mode, const std::string& group);
  ~ManagementSocket() { remove(); }
  ManagementSocket(const ManagementSocket&) = delete;
  ManagementSocket& operator=(const ManagementSocket&) = delete;

  // Its name goes; those who are connected stay. Nothing when that was done.
  void remove() noexcept;
  const std::filesystem::path& path() const { return path_; }
  const base::FileDescriptor& descriptor() const { return descriptor_; }

 private:
  bool removed_ = false;
  std::filesystem::path path_;
  base::FileDescriptor descriptor_;
};

// Connected to the socket at `path`, non-blocking. Throws std::runtime_error when the path is too long for a
// socket, SystemError.
base::FileDescriptor connect_to(const std::filesystem::path& path);

}  // namespace banco::shm_switch
