// shm_switch: the control process of a switch whose ports forward frames themselves. See README.md.
//
// `shm_switch ctl PATH COMMAND` is the other end of its management socket: see ctl.hh.
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>

#include "impl/base/daemon.hh"
#include "impl/base/event_loop.hh"
#include "impl/base/listening_socket.hh"
#include "impl/base/signals.hh"
#include "impl/base/system_error.hh"
#include "impl/shm_switch/command_line.hh"
#include "impl/shm_switch/console_commands.hh"
#include "impl/shm_switch/console_server.hh"
#include "impl/shm_switch/control.hh"
#include "impl/shm_switch/ctl.hh"
#include "impl/shm_switch/switch_directory.hh"

namespace {

using namespace banco;
using namespace banco::shm_switch;

// Each port costs descriptors, and those under way to ports are counted against the same limit.
void allow_many_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur == limit.rlim_max) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

// Opened again, so that O_NONBLOCK is ours alone. Nothing in the background, where the terminal is somebody
// else's to read.
base::FileDescriptor terminal() {
  if (::isatty(STDIN_FILENO) == 0 || ::tcgetpgrp(STDIN_FILENO) != ::getpgrp()) return {};
  return base::FileDescriptor(::open("/proc/self/fd/0", O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
}

void obey(const std::filesystem::path& script, ConsoleCommands& commands) {
  commands.run_script(script, [&](std::string_view line, const std::optional<ConsoleReply>& reply) {
    if (!reply || reply->error_number == 0) return;
    const std::string why =
        reply->data.empty() ? std::string(std::strerror(reply->error_number)) + "\n" : reply->data;
    std::fprintf(stderr, "shm_switch: %s: %.*s: %s", script.c_str(), static_cast<int>(line.size()),
                 line.data(), why.c_str());
  });
}

// Everything between "the directory is ours" and the end.
void run_switch(const SwitchArguments& arguments, SwitchDirectory& directory, base::Daemon* daemon) {
  const base::FileDescriptor signals = base::block_signals({SIGTERM, SIGINT, SIGHUP});
  // A client that goes, and a terminal that belongs to another job by now, are errors of write and read.
  for (const int number : {SIGPIPE, SIGTTIN, SIGTTOU}) ::signal(number, SIG_IGN);
  allow_many_descriptors();
  base::EventLoop loop;
  Control control(loop, directory, arguments.control);
  bool ended = false;
  loop.watch(signals, EPOLLIN, [&](std::uint32_t) { ended = true; });

  const auto own_socket =
      std::make_optional<base::ListeningSocket>("--sock", directory.path() / "mgmt", 0600);
  std::optional<base::ListeningSocket> socket;
  if (!arguments.management_socket.empty())
    socket.emplace("--mgmt", arguments.management_socket, arguments.management_mode,
                   group_of("--mgmtgroup", arguments.management_group));
  const base::ListeningSocket& shown = socket ? *socket : *own_socket;
  ConsoleCommands commands(control, {.path = directory.path(),
                                     .mode = arguments.mode,
                                     .management_socket = shown.path(),
                                     .management_mode = socket ? arguments.management_mode : 0600});
  if (!arguments.script.empty()) obey(arguments.script, commands);
  ConsoleServer server(loop, commands, [&] { ended = true; });
  server.listen(*own_socket);
  if (socket) server.listen(*socket);
  if (base::FileDescriptor stdin_again = arguments.terminal ? terminal() : base::FileDescriptor();
      stdin_again.is_open())
    server.serve(std::move(stdin_again), std::string(kConsolePrompt));
  std::optional<base::PidFile> pid_file;
  if (!arguments.pid_file.empty()) pid_file.emplace(arguments.pid_file);
  if (daemon != nullptr) daemon->ready();

  while (!ended) loop.run_once();
  // Whoever asked for the end sees it when its connection closes: after everything else has gone.
  control.hang_up_all();
  pid_file.reset();
  if (socket) socket->remove();
  directory.remove();
}

int serve(const SwitchArguments& arguments) {
  for (const std::string& remark : arguments.remarks)
    std::fprintf(stderr, "shm_switch: %s\n", remark.c_str());
  std::optional<base::Daemon> daemon;
  if (arguments.daemon) daemon.emplace();
  if (daemon && daemon->parent_result()) return *daemon->parent_result();

  SwitchDirectory directory(arguments.path, arguments.mode, arguments.group, arguments.directory_mode);
  const bool resumed = directory.load_state().has_value();
  try {
    run_switch(arguments, directory, daemon ? &*daemon : nullptr);
  } catch (...) {
    // Ports of a switch that died can still be adopted by the next attempt.
    if (!resumed) directory.remove();
    throw;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (!words.empty() && words.front() == "ctl") return run_ctl({words.begin() + 1, words.end()});
  try {
    const SwitchArguments arguments = parse_command_line(words);
    if (arguments.answer.empty()) return serve(arguments);
    std::fputs(arguments.answer.c_str(), stdout);
    return 0;
  } catch (const base::UsageError& error) {
    std::fprintf(stderr, "shm_switch: %s; see shm_switch --help\n", error.what());
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "shm_switch: %s\n", error.what());
    return 1;
  }
}
