// vde_docker: networks of VDE for Docker's containers. See README.md.
#include <fmt/format.h>
#include <poll.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>

#include "impl/base/listening_socket.hh"
#include "impl/base/signals.hh"
#include "impl/vde_docker/driver.hh"
#include "impl/vde_docker/server.hh"
#include "impl/vde_docker/status.hh"

namespace {

using namespace banco;
using Clock = std::chrono::steady_clock;

// Between two looks at the pumps.
constexpr std::chrono::milliseconds kMendPeriod{250};

struct Arguments {
  std::string socket = "/run/docker/plugins/vde.sock";
  std::string state = "/var/lib/vde_docker";
  bool debug = false;
  bool status = false;
  bool json = false;
};

void add_options(CLI::App& app, Arguments& arguments) {
  app.set_version_flag("--version", "vde_docker " BANCO_VERSION);
  app.add_option("--socket", arguments.socket, "Where Docker asks; systemd's, when it passes one")
      ->capture_default_str();
  app.add_option("--state", arguments.state, "The directory that remembers networks and endpoints")
      ->capture_default_str();
  app.add_flag("--debug", arguments.debug, "Say each request and its answer");
  CLI::Option* const status =
      app.add_flag("--status", arguments.status, "Say what networks and endpoints there are, and end");
  app.add_flag("--json", arguments.json, "--status as JSON")->needs(status);
}

void say(const std::string& sentence) {
  std::fprintf(stderr, "vde_docker: %s\n", sentence.c_str());
}

std::string one_line(std::string text) {
  constexpr std::size_t kLimit_bytes = 4096;
  text.resize(std::min(text.size(), kLimit_bytes));
  while (text.ends_with('\n')) text.pop_back();
  for (char& c : text)
    if (std::iscntrl(static_cast<unsigned char>(c)) != 0) c = ' ';
  return text;
}

vde_docker::Server::Handler handler(vde_docker::Driver& driver, bool debug) {
  return [&driver, debug](const std::string& path, const std::string& body) {
    const auto started = Clock::now();
    vde_docker::Answer answer = vde_docker::answer(path, body, driver);
    if (debug) {
      const std::chrono::duration<double, std::milli> took = Clock::now() - started;
      say(fmt::format("{} {} -> {} {} in {:.1f} ms", path, one_line(body), answer.status,
                      one_line(answer.body), took.count()));
    }
    return answer;
  };
}

int serve(const Arguments& arguments) {
  const base::FileDescriptor signals = base::block_signals({SIGTERM, SIGINT, SIGHUP});
  ::signal(SIGPIPE, SIG_IGN);
  base::FileDescriptor listening = vde_docker::activated_socket();
  const vde_docker::Store store(arguments.state);
  vde_docker::PumpStarter starter(std::filesystem::read_symlink("/proc/self/exe").parent_path() /
                                  "vde_docker_pump");
  vde_docker::Driver driver(store, starter, say);
  std::optional<base::ListeningSocket> own_socket;
  if (!listening.is_open()) {
    std::filesystem::create_directories(std::filesystem::absolute(arguments.socket).parent_path());
    own_socket.emplace("--socket", arguments.socket, 0600);
    listening = own_socket->descriptor().duplicate();
  }
  const vde_docker::Server server(listening, handler(driver, arguments.debug));
  while (!signals.wait_for(POLLIN, kMendPeriod)) {
    driver.mend();
    if (!server.is_running()) throw std::runtime_error("no more connections can be accepted");
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Networks of VDE for Docker: docker network create --driver vde -o sock=URL NAME",
               "vde_docker");
  Arguments arguments;
  add_options(app, arguments);
  try {
    app.parse(argc, argv);
    if (!arguments.status) return serve(arguments);
    std::fputs(vde_docker::status_text(arguments.state, arguments.json, say).c_str(), stdout);
    return 0;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const std::exception& error) {
    say(error.what());
    return 1;
  }
}
