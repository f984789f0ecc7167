// shm_switch: the control process of a switch whose ports forward frames themselves. See README.md.
#include <sys/signalfd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>

#include "impl/base/event_loop.hh"
#include "impl/base/system_error.hh"
#include "impl/shm_switch/control.hh"
#include "impl/shm_switch/switch_directory.hh"

namespace {

using namespace banco;

struct Arguments {
  std::string path;
  mode_t mode = 0600;
  std::string group;
  shm_switch::ControlOptions control;
};

int serve(const Arguments& arguments) {
  sigset_t ending;
  sigemptyset(&ending);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&ending, number);
  base::check_system_call("sigprocmask", ::sigprocmask(SIG_BLOCK, &ending, nullptr));
  ::signal(SIGPIPE, SIG_IGN);
  const base::FileDescriptor signals(
      base::check_system_call("signalfd", ::signalfd(-1, &ending, SFD_CLOEXEC | SFD_NONBLOCK)));

  shm_switch::SwitchDirectory directory(arguments.path, arguments.mode, arguments.group);
  base::EventLoop loop;
  shm_switch::Control control(loop, directory, arguments.control);
  bool ended = false;
  loop.watch(signals, EPOLLIN, [&](std::uint32_t) { ended = true; });
  while (!ended) loop.run_once();
  control.hang_up_all();
  directory.remove();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  CLI::App app("An Ethernet switch whose ports forward frames themselves, through shared memory");
  std::string mode = "0600";
  app.add_option("-s,--sock,--path", arguments.path, "directory of the switch: clients open shm://PATH")
      ->required();
  app.add_option("-m,--mode", mode, "permissions of the socket, octal: who may write may join")
      ->capture_default_str();
  app.add_option("-g,--group", arguments.group, "group of the socket");
  app.add_option("-n,--numports", arguments.control.port_count, "ports")
      ->check(CLI::Range(1u, SHM_PORT_COUNT_MAX))
      ->capture_default_str();
  app.add_flag("-x,--hub", arguments.control.hub, "every frame goes to every port");
  try {
    app.parse(argc, argv);
    arguments.mode = static_cast<mode_t>(std::stoul(mode, nullptr, 8));
    return serve(arguments);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "shm_switch: %s\n", error.what());
    return 1;
  }
}
