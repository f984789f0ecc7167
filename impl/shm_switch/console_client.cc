#include "impl/shm_switch/console_client.hh"

#include <fmt/format.h>
#include <poll.h>

#include <array>
#include <cctype>
#include <charconv>
#include <stdexcept>

#include "impl/base/local_socket.hh"
#include "impl/base/system_error.hh"
#include "impl/shm_switch/console_session.hh"

namespace banco::shm_switch {
namespace {

std::string explain(const std::filesystem::path& path, const std::error_code& error) {
  switch (error.value()) {
    case ENOENT:
    case ENOTDIR:
      return fmt::format("there is no switch at {}", path.string());
    case ECONNREFUSED:
      return fmt::format("no switch is running at {}: the last one did not end well", path.string());
    case EACCES:
      return fmt::format("only its owner and root may manage the switch at {}", path.string());
    case EAGAIN:
      return fmt::format("the switch at {} does not answer", path.string());
    default:
      return fmt::format("the switch at {} cannot be reached: {}", path.string(), error.message());
  }
}

base::FileDescriptor connect_to_switch(const std::filesystem::path& path) {
  try {
    return base::connect_local(path / "mgmt", SOCK_STREAM | SOCK_NONBLOCK);
  } catch (const base::SystemError& error) {
    throw std::runtime_error(explain(path, error.code()));
  }
}

// The errno in "1EEE words"; nothing when the line is no status.
std::optional<int> status_of(const std::string& line) {
  if (line.size() < 5 || line[0] != '1' || line[4] != ' ') return std::nullopt;
  int number = 0;
  const auto [end, error] = std::from_chars(line.data() + 1, line.data() + 4, number);
  if (error != std::errc() || end != line.data() + 4) return std::nullopt;
  return number;
}

}  // namespace

ConsoleClient::ConsoleClient(const std::filesystem::path& path, std::chrono::milliseconds patience)
    : path_(path), patience_(patience), connection_(connect_to_switch(path)) {}

// False at the end.
bool ConsoleClient::receive() {
  if (!connection_.wait_for(POLLIN, patience_))
    throw std::runtime_error(fmt::format("the switch at {} does not answer", path_.string()));
  std::array<std::byte, 65536> buffer;
  const std::size_t got = connection_.read(buffer);
  input_.append(reinterpret_cast<const char*>(buffer.data()), got);
  return got != 0;
}

// Without the prompt that may stand before it.
std::string ConsoleClient::next_line() {
  std::size_t searched = 0;
  while (true) {
    const auto end = input_.find('\n', searched);
    if (end != std::string::npos) {
      std::string line = input_.substr(0, end);
      input_.erase(0, end + 1);
      while (line.starts_with(kConsolePrompt)) line.erase(0, kConsolePrompt.size());
      return line;
    }
    searched = input_.size();
    if (!receive()) throw std::runtime_error(fmt::format("the switch at {} has hung up", path_.string()));
  }
}

ConsoleResult ConsoleClient::ask(const std::string& command) {
  connection_.write_all(command + "\n");
  ConsoleResult result;
  while (true) {
    std::string line = next_line();
    if (line == kConsoleData) {
      while ((line = next_line()) != ".") result.data += line + "\n";
    } else if (const auto status = status_of(line)) {
      result.error_number = *status;
      return result;
    }
  }
}

void ConsoleClient::shut_down() {
  connection_.write_all("shutdown\n");
  while (receive()) {
  }
  if (!input_.ends_with(kConsoleEnd))
    throw std::runtime_error(fmt::format("the switch at {} has hung up", path_.string()));
}

}  // namespace banco::shm_switch
