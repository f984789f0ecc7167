#include "impl/base/signals.hh"

#include <sys/signalfd.h>

#include <csignal>

#include "impl/base/system_error.hh"

// glibc 2.36 forgets the language linkage of this header.
extern "C" {
#include <sys/pidfd.h>
}

namespace banco::base {

FileDescriptor block_signals(std::initializer_list<int> numbers) {
  sigset_t signals;
  ::sigemptyset(&signals);
  for (const int number : numbers) ::sigaddset(&signals, number);
  check_system_call("sigprocmask", ::sigprocmask(SIG_BLOCK, &signals, nullptr));
  return FileDescriptor(check_system_call("signalfd", ::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK)));
}

FileDescriptor open_pidfd(pid_t pid) {
  return FileDescriptor(check_system_call("pidfd_open", ::pidfd_open(pid, 0)));
}

void send_signal(const FileDescriptor& process, int number) {
  if (::pidfd_send_signal(process.number(), number, nullptr, 0) != 0 && errno != ESRCH)
    throw SystemError(errno, "pidfd_send_signal");
}

}  // namespace banco::base
