// vde_docker_pump: the data pumps of vde_docker, one process each, and the process that they are copies of.
//
// Theory of operation: vde_docker starts it with a socket as standard input and asks for pumps there
// (pump_request.hh). For each it forks: the child is the pump (pump_process.hh), answers for itself and
// outlives both. End of file says that the driver has gone.
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <stdexcept>

#include "impl/base/system_error.hh"
#include "impl/vde_docker/pump_process.hh"
#include "impl/vde_docker/pump_request.hh"

namespace {

using namespace banco;

bool is_socket(int descriptor) {
  struct stat status {};
  return ::fstat(descriptor, &status) == 0 && S_ISSOCK(status.st_mode);
}

void start_pump(vde_docker::ReceivedRequest received) {
  const bool nobody_waits = received.answer.wait_for(0, std::chrono::milliseconds(0));
  if (nobody_waits) return;
  const pid_t child = base::check_system_call("fork", ::fork());
  if (child > 0) return;
  ::signal(SIGCHLD, SIG_DFL);  // modules of libvdeplug wait for programs that they start
  vde_docker::become_pump(received.request, std::move(received.answer));
}

void serve(const base::FileDescriptor& requests) {
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGCHLD, SIG_IGN);  // nobody waits for pumps
  while (auto received = vde_docker::receive_request(requests)) start_pump(std::move(*received));
}

}  // namespace

int main() {
  if (!is_socket(STDIN_FILENO)) {
    std::fputs("vde_docker_pump: vde_docker starts this program; see vde_docker(1)\n", stderr);
    return 2;
  }
  try {
    // What the driver had open for a moment without close-on-exec is none of ours.
    ::close_range(3, ~0U, 0);
    serve(base::FileDescriptor(STDIN_FILENO));
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "vde_docker_pump: %s\n", error.what());
    return 1;
  }
}
