#include "impl/base/namespace_init.hh"

#include <net/if.h>
#include <poll.h>
#include <sys/capability.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>

#include "impl/base/event_loop.hh"
#include "impl/base/signals.hh"
#include "impl/base/system_error.hh"

namespace banco::base {
namespace {

void map_to_itself(uid_t user, gid_t group) {
  const auto write_map = [](const char* path, const std::string& text) {
    open_file(path, O_WRONLY).write_all(text);
  };
  write_map("/proc/self/setgroups", "deny");
  write_map("/proc/self/uid_map", std::to_string(user) + " " + std::to_string(user) + " 1");
  write_map("/proc/self/gid_map", std::to_string(group) + " " + std::to_string(group) + " 1");
}

void set_loopback_up() {
  const FileDescriptor socket(check_system_call("socket", ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)));
  ifreq request{};
  std::strcpy(request.ifr_name, "lo");
  request.ifr_flags = IFF_UP | IFF_RUNNING | IFF_MULTICAST;
  check_system_call("ioctl SIOCSIFFLAGS lo", ::ioctl(socket.number(), SIOCSIFFLAGS, &request));
}

int exit_code_of(int wait_status) {
  return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
}

FileDescriptor signal_descriptor(const sigset_t& signals) {
  return FileDescriptor(check_system_call("signalfd", ::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK)));
}

// Reaps until `body_pid` has ended or the caller is gone.
int reap_until_done(pid_t body_pid, const FileDescriptor& signals, const FileDescriptor& caller_alive) {
  std::optional<int> exit_code;
  EventLoop loop;
  loop.watch(caller_alive, EPOLLIN, [&](std::uint32_t) { exit_code = 128 + SIGKILL; });
  loop.watch(signals, EPOLLIN, [&](std::uint32_t) {
    signalfd_siginfo info{};
    while (::read(signals.number(), &info, sizeof info) == sizeof info) {
      if (info.ssi_signo != SIGCHLD) {
        ::kill(body_pid, static_cast<int>(info.ssi_signo));
        continue;
      }
      int status = 0;
      for (pid_t pid = 0; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;)
        if (pid == body_pid) exit_code = exit_code_of(status);
    }
  });
  while (!exit_code) loop.run_once();
  return *exit_code;
}

}  // namespace

void keep_capabilities_across_exec() {
  cap_t capabilities = ::cap_get_proc();
  if (capabilities == nullptr) throw SystemError(errno, "cap_get_proc");
  for (cap_value_t value = 0; value < cap_max_bits(); ++value)
    ::cap_set_flag(capabilities, CAP_INHERITABLE, 1, &value, CAP_SET);
  const int result = ::cap_set_proc(capabilities);
  ::cap_free(capabilities);
  check_system_call("cap_set_proc", result);
  for (cap_value_t value = 0; value < cap_max_bits(); ++value)
    check_system_call("cap_set_ambient", ::cap_set_ambient(value, CAP_SET));
}

NamespaceParent::NamespaceParent() : alive_(make_pipe()), failure_(make_pipe()) {
  ::sigemptyset(&handed_on_);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) ::sigaddset(&handed_on_, number);
  check_system_call("sigprocmask", ::sigprocmask(SIG_BLOCK, &handed_on_, &old_mask_));
}

NamespaceParent::~NamespaceParent() {
  ::sigprocmask(SIG_SETMASK, &old_mask_, nullptr);
}

int NamespaceParent::wait(FileDescriptor init_pidfd) {
  failure_.write_end.close();
  alive_.read_end.close();
  const FileDescriptor signals = signal_descriptor(handed_on_);
  std::optional<int> exit_code;
  EventLoop loop;
  loop.watch(signals, EPOLLIN, [&](std::uint32_t) {
    signalfd_siginfo info{};
    while (::read(signals.number(), &info, sizeof info) == sizeof info)
      send_signal(init_pidfd, static_cast<int>(info.ssi_signo));
  });
  loop.watch(init_pidfd, EPOLLIN, [&](std::uint32_t) {
    siginfo_t info{};
    check_system_call("waitid", ::waitid(P_PIDFD, static_cast<id_t>(init_pidfd.number()), &info, WEXITED));
    exit_code = info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
  });
  while (!exit_code) loop.run_once();

  const std::string failure = failure_.read_end.read_all();
  if (!failure.empty()) {
    const auto colon = failure.find(':');
    throw SystemError(std::stoi(failure.substr(0, colon)), failure.substr(colon + 1));
  }
  return *exit_code;
}

void namespace_init(NamespaceParent parent, uid_t user, gid_t group, const std::function<int()>& body) {
  // A process group of its own, so that a terminal's Ctrl-C reaches the caller only, and is handed on once.
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_NAME, "banco-init");
  parent.alive_.write_end.close();
  parent.failure_.read_end.close();
  try {
    if (user != 0) {
      map_to_itself(user, group);
      keep_capabilities_across_exec();
    }
    check_system_call("mount --make-rprivate /",
                      ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr));
    check_system_call("mount /proc",
                      ::mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr));
    set_loopback_up();

    sigset_t watched = parent.handed_on_;
    ::sigaddset(&watched, SIGCHLD);
    check_system_call("sigprocmask", ::sigprocmask(SIG_BLOCK, &watched, nullptr));
    const FileDescriptor signals = signal_descriptor(watched);
    const pid_t body_pid = check_system_call("fork", ::fork());
    if (body_pid == 0) {
      ::sigprocmask(SIG_SETMASK, &parent.old_mask_, nullptr);
      parent.failure_.write_end.close();
      parent.alive_.read_end.close();
      std::exit(body());
    }
    parent.failure_.write_end.close();
    ::_exit(reap_until_done(body_pid, signals, parent.alive_.read_end));
  } catch (const SystemError& error) {
    const std::string attempt(error.what());
    const std::string reason = error.code().message();
    // what() is "attempt: reason"; the caller builds its own from errno.
    parent.failure_.write_end.write_all(std::to_string(error.code().value()) + ":" +
                                        attempt.substr(0, attempt.size() - reason.size() - 2));
  }
  ::_exit(1);
}

}  // namespace banco::base
