#include "harness/lab/guest_shell.hh"

#include <poll.h>

#include <mutex>
#include <set>

#include "harness/lab/connection.hh"
#include "impl/base/local_socket.hh"

namespace banco::lab {
namespace {

// The prompt and all else are parameters of this script, never part of it.
constexpr const char* kScript = R"(exec </dev/ttyS1 >/dev/ttyS1 2>&1
export PS1="$1" TERM="$2" HOME=/
cd /
stty sane rows "$3" columns "$4"
exec setsid -c sh -i)";

constexpr std::chrono::seconds kPromptTimeout(10);

std::mutex mutex;
std::set<std::string> in_use;  // names of guests; a serial port serves one at a time

void claim(const std::string& name) {
  const std::lock_guard lock(mutex);
  if (!in_use.insert(name).second)
    throw RequestError(name + " has one shell, and somebody else has it; use exec, or wait");
}

void release(const std::string& name) {
  const std::lock_guard lock(mutex);
  in_use.erase(name);
}

}  // namespace

GuestShell::GuestShell(machine::VirtualMachine& guest, const GuestTerminal& terminal) : name_(guest.name()) {
  claim(name_);
  try {
    stream_ = base::connect_local(guest.terminal_socket());
    command_ = guest.start({"/bin/sh", "-c", kScript, "sh", terminal.prompt, terminal.terminal,
                            std::to_string(terminal.row_count), std::to_string(terminal.column_count)});
    // Until it prompts nobody listens there, and what is typed would be lost.
    if (!stream_.wait_for(POLLIN, kPromptTimeout))
      throw machine::MachineError(name_ + ": its shell has not begun after 10 s");
  } catch (...) {
    release(name_);
    throw;
  }
}

GuestShell::~GuestShell() {
  release(name_);
}

}  // namespace banco::lab
