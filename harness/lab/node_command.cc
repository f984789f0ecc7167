#include "harness/lab/node_command.hh"

#include <fmt/format.h>
#include <sched.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <optional>

#include "impl/base/child_process.hh"
#include "impl/base/event_loop.hh"
#include "impl/base/namespaces.hh"
#include "impl/base/signals.hh"
#include "impl/base/system_error.hh"

namespace banco::lab {
namespace {

constexpr int kExitNotFound = 127;
constexpr int kExitNotRunnable = 126;

void move_to(const Entrance& entrance) {
  std::error_code unknown;
  const auto directory = std::filesystem::current_path(unknown);
  base::join_namespaces(entrance.process);
  base::check_system_call("setns CLONE_NEWNET", ::setns(entrance.network_namespace.number(), CLONE_NEWNET));
  base::check_system_call("unshare CLONE_NEWUTS", ::unshare(CLONE_NEWUTS));
  base::check_system_call("sethostname", ::sethostname(entrance.host_name.data(), entrance.host_name.size()));
  if (unknown || ::chdir(directory.c_str()) != 0) base::check_system_call("chdir", ::chdir("/"));
}

// What the terminal sends goes to every process of the foreground, the command among them.
void hand_on(const base::FileDescriptor& signals, const base::ChildProcess& command) {
  signalfd_siginfo info{};
  while (::read(signals.number(), &info, sizeof info) == sizeof info)
    if (info.ssi_code != SI_KERNEL) command.signal(static_cast<int>(info.ssi_signo));
}

int wait_for(base::ChildProcess& command, const base::FileDescriptor& signals) {
  bool ended = false;
  base::EventLoop loop;
  loop.watch(signals, EPOLLIN, [&](std::uint32_t) { hand_on(signals, command); });
  loop.watch(command.pidfd(), EPOLLIN, [&](std::uint32_t) { ended = true; });
  while (!ended) loop.run_once();
  const auto status = *command.wait_for(std::chrono::seconds(1));
  return status.by_signal ? 128 + status.code : status.code;
}

}  // namespace

int run_in_node(const Entrance& entrance, const std::vector<std::string>& command,
                const std::vector<std::pair<std::string, std::string>>& environment) {
  const base::FileDescriptor signals =
      base::block_signals({SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGWINCH});
  const base::FileDescriptor input(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3));  // none when it is closed
  move_to(entrance);
  std::optional<base::ChildProcess> child;
  try {
    child.emplace(base::ChildOptions{.command = command,
                                     .environment = environment,
                                     .standard_input = input.is_open() ? &input : nullptr,
                                     .control_groups = entrance.control_groups});
  } catch (const base::SystemError& error) {
    if (error.code().value() == ENOMEM) throw;  // the PID namespace has ended
    fmt::print(stderr, "banco: {}\n", error.what());
    return error.code().value() == ENOENT ? kExitNotFound : kExitNotRunnable;
  }
  return wait_for(*child, signals);
}

}  // namespace banco::lab
