#include "harness/network/vde_console.hh"

#include <poll.h>

#include <array>
#include <chrono>

#include "harness/network/switch.hh"
#include "impl/base/local_socket.hh"

namespace banco::network {
VdeConsole::VdeConsole(std::string what, const std::filesystem::path& socket)
    : what_(std::move(what)), socket_(base::connect_local(socket)) {
  read_answer();  // it greets
}

void VdeConsole::run(const std::string& command) {
  socket_.write_all(command + "\n");
  const std::string answer = read_answer();
  constexpr const char* kSuccess = "1000 ";
  if (answer.find(kSuccess) == std::string::npos)
    throw NetworkError(what_ + ": vde_switch does not take \"" + command + "\": " + answer);
}

std::string VdeConsole::read_answer() {
  constexpr std::string_view kPrompt = "\nvde$ ";
  constexpr std::chrono::seconds kPatience(5);
  std::string answer;
  while (!answer.ends_with(kPrompt)) {
    std::array<std::byte, 4096> buffer{};
    const std::size_t count = socket_.wait_for(POLLIN, kPatience) ? socket_.read(buffer) : 0;
    if (count == 0) throw NetworkError(what_ + ": the console of vde_switch does not answer");
    answer.append(reinterpret_cast<const char*>(buffer.data()), count);
  }
  return answer.substr(0, answer.size() - kPrompt.size());
}

}  // namespace banco::network
