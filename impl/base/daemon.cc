#include "impl/base/daemon.hh"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "impl/base/system_error.hh"

namespace banco::base {
namespace {

int reap(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return 1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

}  // namespace

Daemon::Daemon() {
  Pipe pipe = make_pipe();
  const pid_t child = check_system_call("fork", ::fork());
  if (child == 0) {
    pipe.read_end.close();
    to_parent_ = std::move(pipe.write_end);
    check_system_call("setsid", ::setsid());
    return;
  }
  pipe.write_end.close();
  std::array<std::byte, 1> byte{};
  parent_result_ = pipe.read_end.read(byte) == 1 ? 0 : reap(child);
}

void Daemon::ready() {
  check_system_call("chdir /", ::chdir("/"));
  const FileDescriptor nothing = open_file("/dev/null", O_RDWR);
  for (const int number : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    check_system_call("dup2", ::dup2(nothing.number(), number));
  to_parent_.write_all("+");
  to_parent_.close();
}

PidFile::PidFile(std::filesystem::path path) : path_(std::move(path)) {
  write_file_atomically(path_, fmt::format("{}\n", ::getpid()));
}

PidFile::~PidFile() {
  try {
    if (read_file(path_) == fmt::format("{}\n", ::getpid())) ::unlink(path_.c_str());
  } catch (const std::exception&) {
    // It has gone already.
  }
}

}  // namespace banco::base
