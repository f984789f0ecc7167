#include "harness/network/service_process.hh"

#include <sys/mman.h>
#include <unistd.h>

#include <chrono>

#include "harness/network/switch.hh"
#include "impl/base/local_socket.hh"
#include "impl/base/system_error.hh"

namespace banco::network {
namespace {

constexpr std::chrono::seconds kReadyTimeout(5);

base::ChildProcess start(const std::string& what, std::vector<std::string> command,
                         const base::FileDescriptor& input, const base::FileDescriptor& words) {
  try {
    return base::ChildProcess({.command = std::move(command),
                               .standard_input = &input,
                               .standard_output = &words,
                               .standard_error = &words});
  } catch (const base::SystemError& error) {
    throw NetworkError(what + ": " + error.what());
  }
}

}  // namespace

ServiceProcess::ServiceProcess(const std::string& what, std::vector<std::string> command)
    : what_(what),
      words_(base::check_system_call("memfd_create", ::memfd_create("banco-service", MFD_CLOEXEC))),
      input_(base::make_pipe()),
      process_(start(what, std::move(command), input_.read_end, words_)) {}

void ServiceProcess::wait_until(const std::function<bool()>& ready) {
  const auto deadline = std::chrono::steady_clock::now() + kReadyTimeout;
  while (!ready()) {
    if (const auto status = process_.wait_for(std::chrono::milliseconds(2)))
      throw NetworkError(what_ + ": " + process_.name() + " " + status->text() + ": " + words());
    if (std::chrono::steady_clock::now() > deadline)
      throw NetworkError(what_ + ": " + process_.name() + " was not ready after 5 s: " + words());
  }
}

void ServiceProcess::wait_for_listener(const std::filesystem::path& socket, int type) {
  wait_until([&] {
    try {
      base::connect_local(socket, type);
      return true;
    } catch (const base::SystemError&) {
      return false;
    }
  });
}

std::string ServiceProcess::words() const {
  base::check_system_call("lseek", ::lseek(words_.number(), 0, SEEK_SET));
  return words_.read_all();
}

}  // namespace banco::network
