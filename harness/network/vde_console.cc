#include "harness/network/vde_console.hh"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <chrono>

#include "harness/network/switch.hh"
#include "impl/base/system_error.hh"

namespace banco::network {
namespace {

base::FileDescriptor connect_to(const std::filesystem::path& path) {
  base::FileDescriptor socket(
      base::check_system_call("socket", ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.string().copy(address.sun_path, sizeof address.sun_path - 1);
  base::check_system_call(
      "connect", path.string(),
      ::connect(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address));
  return socket;
}

}  // namespace

VdeConsole::VdeConsole(std::string what, const std::filesystem::path& socket)
    : what_(std::move(what)), socket_(connect_to(socket)) {
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
