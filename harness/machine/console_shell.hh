// ConsoleShell: commands and files of a guest through a shell on its serial port, for guests without an
// agent.
//
// Shape: a line is typed, which prints `TOKEN:`, words or base64, and `TOKEN=STATUS`. Commands run in the
//        background, with what they print in files, which are fetched when they have ended.
// Trust: the guest is hostile; what it prints is checked, and lengths are bounded.
// Threads: may be called from several; one line is typed at a time.
#pragma once

#include <map>
#include <mutex>

#include "harness/machine/guest_channel.hh"
#include "harness/machine/serial_console.hh"

namespace banco::machine {

class ConsoleShell : public GuestChannel {
 public:
  // `guest` names it in errors. Requires: a shell as ConsoleLogin leaves it; `console` outlives this object.
  // Throws MachineError.
  ConsoleShell(std::string guest, SerialConsole& console);

  std::int64_t exec(const std::vector<std::string>& command) override;
  std::optional<base::CommandResult> exec_status(std::int64_t command) override;
  void kill(std::int64_t command) override;
  // At most 1 MiB: it takes its time.
  void write_file(const std::string& path, const std::string& content) override;
  std::string read_file(const std::string& path) override;

 private:
  struct Answer {
    int status = 0;
    std::string text;
  };
  Answer call(const std::string& script);
  // The same; throws MachineError unless it succeeded. `what` begins the sentence: "cannot write /etc/hosts".
  std::string call_well(const std::string& what, const std::string& script);
  // The number that a script prints. Throws as call_well().
  std::int64_t ask(const std::string& what, const std::string& script);
  std::string file_of(std::int64_t command, const char* part) const;

  std::string guest_;
  SerialConsole& console_;
  std::string directory_;
  std::mutex mutex_;
  unsigned call_count_ = 0;
  std::int64_t command_count_ = 0;
};

}  // namespace banco::machine
