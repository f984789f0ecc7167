// vde_docker_pump: the data pump of one endpoint: a tap on one side, a network of VDE on the other.
//
// Theory of operation: vde_docker starts it and reads its sentence when it fails. It goes to the background
// when the network is joined, so it outlives the driver; whoever wants to know how it fares, or to hold its
// process, connects to its socket, reads one JSON document and the end of file. The tap becomes persistent
// when all is well: if the pump is killed then, the container keeps its interface, without a carrier, until
// another pump takes it. SIGTERM takes the tap along.
#include <linux/if_tun.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <thread>

#include "impl/base/daemon.hh"
#include "impl/base/event_loop.hh"
#include "impl/base/listening_socket.hh"
#include "impl/base/namespaces.hh"
#include "impl/base/netlink.hh"
#include "impl/base/signals.hh"
#include "impl/base/system_error.hh"
#include "impl/vde/tap.hh"
#include "impl/vde_docker/relay.hh"

namespace {

using namespace banco;
using std::chrono::milliseconds;

struct Arguments {
  std::string url;
  std::string tap;
  std::string socket;
  std::string network_namespace;
  std::string alias;
  int mtu_bytes = 0;
  int wait_ms = 0;
};

Arguments parse(int argc, char** argv) {
  Arguments arguments;
  CLI::App app("The data pump of one endpoint of vde_docker, which starts it", "vde_docker_pump");
  app.add_option("URL", arguments.url, "The network")->required();
  app.add_option("TAP", arguments.tap, "The tap, made if there is none")->required();
  app.add_option("SOCKET", arguments.socket, "Where it tells how it fares")->required();
  app.add_option("--netns", arguments.network_namespace, "The network namespace of the tap");
  CLI::Option* const mtu = app.add_option("--mtu", arguments.mtu_bytes, "Of a tap that is made");
  app.add_option("--alias", arguments.alias, "Of a tap that is made: it is found by it under another name")
      ->needs(mtu);
  app.add_option("--wait-ms", arguments.wait_ms,
                 "Fail unless the network is joined by then; 0: go on trying in the background");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    std::exit(app.exit(error) == 0 ? 0 : 2);
  }
  return arguments;
}

base::FileDescriptor open_tap(const Arguments& arguments) {
  base::FileDescriptor tap;
  const auto open = [&] { tap = vde::open_tap(arguments.tap, true); };
  if (arguments.network_namespace.empty()) {
    open();
  } else {
    base::in_network_namespace(base::open_file(arguments.network_namespace, O_RDONLY | O_NONBLOCK), open);
  }
  if (!arguments.alias.empty()) {
    base::Netlink netlink;
    netlink.set_alias(arguments.tap, arguments.alias);
    netlink.set_mtu(arguments.tap, arguments.mtu_bytes);
  }
  return tap;
}

void set_persistent(const base::FileDescriptor& tap, bool is_on) {
  base::check_system_call("ioctl TUNSETPERSIST", ::ioctl(tap.number(), TUNSETPERSIST, is_on ? 1UL : 0UL));
}

void wait_until_joined(const vde_docker::Relay& relay, const Arguments& arguments) {
  if (!relay.wait_for_outcome(milliseconds(arguments.wait_ms)))
    throw std::runtime_error("open " + arguments.url + ": no answer within " +
                             std::to_string(arguments.wait_ms) + " ms");
  const auto state = relay.state();
  if (!state.is_joined) throw std::runtime_error(state.error);
}

nlohmann::ordered_json json_of(const vde_docker::Flow& flow) {
  return {{"frames", flow.frames.load(std::memory_order_relaxed)},
          {"bytes", flow.bytes.load(std::memory_order_relaxed)},
          {"drops", flow.drops.load(std::memory_order_relaxed)}};
}

std::string report(const vde_docker::Relay& relay) {
  const auto state = relay.state();
  const nlohmann::ordered_json document{{"joined", state.is_joined},
                                        {"joined_count", state.joined_count},
                                        {"error", state.error},
                                        {"sent", json_of(relay.sent())},
                                        {"received", json_of(relay.received())}};
  return document.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

// Until the relay ends or a signal comes, or the tap goes while the relay is held up: its end wakes nobody
// up who does not wait for frames.
void serve(const base::FileDescriptor& tap, const base::FileDescriptor& signals,
           const base::FileDescriptor& relay_end, const base::ListeningSocket& listening,
           const vde_docker::Relay& relay) {
  base::EventLoop loop;
  bool is_over = false;
  loop.watch(signals, EPOLLIN, [&](std::uint32_t) {
    is_over = true;
    set_persistent(tap, false);
  });
  loop.watch(relay_end, 0, [&](std::uint32_t) { is_over = true; });  // EPOLLHUP
  loop.watch(listening.descriptor(), EPOLLIN, [&](std::uint32_t) {
    const base::FileDescriptor client(
        ::accept4(listening.descriptor().number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    const std::string text = report(relay);
    if (client.is_open()) ::send(client.number(), text.data(), text.size(), MSG_NOSIGNAL);
  });
  while (!is_over && !tap.wait_for(0, milliseconds(0))) loop.run_once(std::chrono::seconds(1));
}

int run(const Arguments& arguments) {
  base::Daemon daemon;
  if (daemon.parent_result()) return *daemon.parent_result();
  const base::FileDescriptor signals = base::block_signals({SIGTERM, SIGINT, SIGHUP});
  ::signal(SIGPIPE, SIG_IGN);
  base::ListeningSocket listening("SOCKET", arguments.socket, 0600);
  const base::FileDescriptor tap = open_tap(arguments);
  vde_docker::Relay relay(tap, arguments.url, "vde_docker " + arguments.tap);
  base::Pipe alive = base::make_pipe();
  std::thread([&relay, relay_end = std::move(alive.write_end)] {
    try {
      relay.run();
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s\n", error.what());
    }
  }).detach();
  try {
    if (arguments.wait_ms != 0) wait_until_joined(relay, arguments);
    set_persistent(tap, true);
    daemon.ready();
    serve(tap, signals, alive.read_end, listening, relay);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    listening.remove();
    ::_exit(1);
  }
  // The relay may be held up in libvdeplug: nobody waits for it.
  listening.remove();
  ::_exit(0);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    // What the driver had open for a moment without close-on-exec is none of ours.
    ::close_range(3, ~0U, 0);
    return run(parse(argc, argv));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
