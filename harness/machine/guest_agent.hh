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

#include "harness/machine/guest_channel.hh"

namespace banco::machine {

class GuestAgent : public GuestChannel {
 public:
  // `domain` must outlive this object.
  explicit GuestAgent(virDomainPtr domain) : domain_(domain) {}

  // Whether it answers now.
  bool ping();

  std::int64_t exec(const std::vector<std::string>& command) override;
  std::optional<base::CommandResult> exec_status(std::int64_t pid) override;
  void kill(std::int64_t pid) override { exec({"kill", "-9", std::to_string(pid)}); }
  void write_file(const std::string& path, const std::string& content) override;
  std::string read_file(const std::string& path) override;

 private:
  class File;
  virDomainPtr domain_;
};

}  // namespace banco::machine
