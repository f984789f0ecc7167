#include "harness/machine/console_login.hh"

#include <fmt/format.h>

#include <random>
#include <regex>

#include "harness/machine/machine.hh"
#include "impl/base/system_error.hh"

namespace banco::machine {
namespace {

using std::chrono::milliseconds;

constexpr int kMostLogins = 3;
constexpr std::size_t kTail_bytes = 256;
// Who has begun to print may go on; and some wait for a key.
constexpr milliseconds kPause(300);
constexpr milliseconds kNudge(2000);

// The line that a cursor is on, without the codes of terminals and without spaces at its end.
std::string last_line(const std::string& printed) {
  const std::string tail = printed.substr(printed.size() - std::min(printed.size(), kTail_bytes));
  static const std::regex kTerminalCodes("\x1b(\\[[0-9;?]*[ -/]*[@-~]|\\][^\x07]*\x07|[=>])");
  std::string line = std::regex_replace(tail.substr(tail.find_last_of("\r\n") + 1), kTerminalCodes, "");
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

bool asks_for_user(const std::string& line) {
  return line.ends_with("login:");
}
bool asks_for_password(const std::string& line) {
  return line.ends_with("assword:");
}
bool is_prompt(const std::string& line) {
  return line.ends_with('#') || line.ends_with('$') || line.ends_with('%') || line.ends_with('>');
}

// Reads commands for ever. Kernel messages would come between its answers.
constexpr const char* kLoop = R"(dmesg -n 1 2>/dev/null; printf "banco-%s\n" )"
                              R"({}; while IFS= read -r line; do eval "$line"; done)";

}  // namespace

ConsoleLogin::ConsoleLogin(std::string guest, SerialConsole& console, Credentials credentials)
    : guest_(std::move(guest)),
      console_(console),
      credentials_(std::move(credentials)),
      token_(fmt::format("{:08x}", std::random_device()())) {}

bool ConsoleLogin::is_asked() const {
  const std::string line = last_line(console_.printed());
  return asks_for_user(line) || is_prompt(line);
}

void ConsoleLogin::type(const std::string& text) {
  try {
    console_.type(text + "\n");
  } catch (const base::SystemError& error) {
    throw MachineError(guest_ + ": its serial port: " + error.what());
  }
}

bool ConsoleLogin::advance() {
  const std::string printed = console_.printed();
  if (printed.find("banco-" + token_) != std::string::npos) return true;
  if (console_.silence() < kPause) return false;
  const std::string line = last_line(printed);
  if (asks_for_user(line)) {
    if (++login_count_ > kMostLogins)
      throw MachineError(fmt::format("{}: logging in as {} on its serial port leads to no shell of root",
                                     guest_, credentials_.user));
    user_is_typed_ = true;
    type(credentials_.user);
  } else if (asks_for_password(line) && user_is_typed_) {
    if (credentials_.password.empty())
      throw MachineError(
          fmt::format("{}: {} is asked for a password on its serial port: say it by the key `password`",
                      guest_, credentials_.user));
    user_is_typed_ = false;
    type(credentials_.password);
  } else if (is_prompt(line)) {
    const std::string loop = fmt::format(fmt::runtime(kLoop), token_);
    type("stty -echo; s=; [ \"$(id -u)\" = 0 ] || s='sudo -n'; exec $s /bin/sh -c '" + loop + "'");
  } else if (console_.silence() > kNudge) {
    type("");
  }
  return false;
}

}  // namespace banco::machine
