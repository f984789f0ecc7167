// GuestChannel: how commands and files get into a guest: through its agent (GuestAgent), or a shell on its
// serial port (ConsoleShell).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "impl/base/child_process.hh"

namespace banco::machine {

inline constexpr std::size_t kGuestFileLimit_bytes = std::size_t{64} << 20;

class GuestChannel {
 public:
  virtual ~GuestChannel() = default;

  // All throw MachineError with the guest's name when nobody answers within some seconds, or answers
  // nonsense. Starts a command; the number is what it is asked for by. Throws too when the guest has no such
  // program.
  virtual std::int64_t exec(const std::vector<std::string>& command) = 0;
  // Its result when it has ended, once.
  virtual std::optional<base::CommandResult> exec_status(std::int64_t command) = 0;
  // SIGKILL.
  virtual void kill(std::int64_t command) = 0;
  // Whole files, at most 64 MiB.
  virtual void write_file(const std::string& path, const std::string& content) = 0;
  virtual std::string read_file(const std::string& path) = 0;
};

}  // namespace banco::machine
