#include "harness/run/listening.hh"

#include <fmt/format.h>

#include <chrono>
#include <sstream>

#include "harness/run/interruption.hh"

namespace banco::run {
namespace {

constexpr std::chrono::seconds kTimeout(20);

// Looks for a listening socket in the machine's own tables, as ss(8) does.
bool listens(machine::Machine& machine, int port) {
  const std::string wanted = fmt::format(":{:04X} ", port);
  const auto tables = machine.run({"cat", "/proc/net/tcp", "/proc/net/tcp6"});
  std::istringstream lines(tables.output);
  for (std::string line; std::getline(lines, line);) {
    // "  0: LOCAL:PORT REMOTE:PORT STATE …", all in hexadecimal; state 0A is listening.
    std::istringstream words(line);
    std::string number, local, remote, state;
    words >> number >> local >> remote >> state;
    if (state == "0A" && (local + " ").ends_with(wanted)) return true;
  }
  return false;
}

}  // namespace

void wait_until_listening(machine::Machine& machine, int port, const std::stop_token& stop) {
  const auto deadline = std::chrono::steady_clock::now() + kTimeout;
  while (!listens(machine, port)) {
    if (std::chrono::steady_clock::now() > deadline)
      throw machine::MachineError(
          fmt::format("{}: nobody listens at port {} after 20 s", machine.name(), port));
    pause_for(stop, std::chrono::milliseconds(20));
  }
}

}  // namespace banco::run
