// The commands of the QEMU guest agent that banco uses, through libvirt.
// Shape: JSON as in the QEMU Guest Agent Protocol Reference (guest-exec, guest-exec-status, guest-file-*).
// Trust: the guest is hostile; every answer is checked, lengths are bounded, nothing is taken for granted.
#pragma once

#include <libvirt/libvirt.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "impl/base/child_process.hh"

namespace banco::machine {

class GuestAgent {
 public:
  // `domain` must outlive this object.
  explicit GuestAgent(virDomainPtr domain) : domain_(domain) {}

  // Throw MachineError with the guest's name when the agent does not answer within some seconds, answers
  // nonsense, or refuses.
  bool ping();  // false instead of throwing
  std::int64_t exec(const std::vector<std::string>& command);
  std::optional<base::CommandResult> exec_status(std::int64_t pid);
  void write_file(const std::string& path, const std::string& content);
  std::string read_file(const std::string& path);

 private:
  class File;
  virDomainPtr domain_;
};

}  // namespace banco::machine
