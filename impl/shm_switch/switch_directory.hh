// SwitchDirectory: PATH of a switch: the socket `ctl` that ports connect to, the file `state` that survives
// the control process, the file `lock` that says whether one is running. `mgmt` is of management_socket.hh.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>

#include "impl/base/file_descriptor.hh"

namespace banco::shm_switch {

// The group with this name or number; nothing for "". Throws std::runtime_error that begins with `option`.
std::optional<gid_t> group_of(const char* option, const std::string& name);

class SwitchDirectory {
 public:
  // Makes PATH if it is not there, takes its lock, and listens. One that is there must be ours or root's, and
  // nobody else may have been able to write it unless `directory_mode` says so: what is in it is believed.
  // `mode`: of the socket (0660 …); whoever may
  // write there may join. `group`: owns it; empty for no change. `directory_mode`: of PATH; what `mode` needs
  // when not given. Throws std::runtime_error with a sentence (running already, no such group, a file in the
  // way, somebody else's directory); SystemError.
  // Requires: no other thread makes files meanwhile (umask).
  SwitchDirectory(std::filesystem::path path, mode_t mode, const std::string& group,
                  std::optional<mode_t> directory_mode = {});
  SwitchDirectory(const SwitchDirectory&) = delete;
  SwitchDirectory& operator=(const SwitchDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }
  const base::FileDescriptor& listening_socket() const { return socket_; }

  std::optional<std::string> load_state() const;
  void save_state(const std::string& text) const;
  // The switch is ending for good: nothing stays.
  void remove() noexcept;

 private:
  void listen(mode_t mode, std::optional<gid_t> group);

  std::filesystem::path path_;  // without a slash at its end
  base::FileDescriptor directory_;
  base::FileDescriptor lock_;
  base::FileDescriptor socket_;
};

}  // namespace banco::shm_switch
