#include "impl/vde_docker/pump_process.hh"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <thread>

#include "impl/base/event_loop.hh"
#include "impl/base/listening_socket.hh"
#include "impl/base/namespaces.hh"
#include "impl/base/netlink.hh"
#include "impl/base/signals.hh"
#include "impl/base/system_error.hh"
#include "impl/vde/tap.hh"
#include "impl/vde_docker/relay.hh"

namespace banco::vde_docker {
namespace {

using std::chrono::milliseconds;

base::FileDescriptor open_tap(const PumpRequest& request) {
  base::FileDescriptor tap;
  const auto open = [&] { tap = vde::open_tap(request.tap, true); };
  if (request.network_namespace.empty()) {
    open();
  } else {
    base::in_network_namespace(base::open_file(request.network_namespace, O_RDONLY | O_NONBLOCK), open);
  }
  if (!request.alias.empty()) {
    base::Netlink netlink;
    netlink.set_alias(request.tap, request.alias);
    netlink.set_mtu(request.tap, request.mtu_bytes);
  }
  return tap;
}

void set_persistent(const base::FileDescriptor& tap, bool is_on) {
  base::check_system_call("ioctl TUNSETPERSIST", ::ioctl(tap.number(), TUNSETPERSIST, is_on ? 1UL : 0UL));
}

void wait_until_joined(const Relay& relay, const PumpRequest& request) {
  if (!relay.wait_for_outcome(milliseconds(request.wait_ms)))
    throw std::runtime_error("open " + request.url + ": no answer within " + std::to_string(request.wait_ms) +
                             " ms");
  const auto state = relay.state();
  if (!state.is_joined) throw std::runtime_error(state.error);
}

nlohmann::ordered_json json_of(const Flow& flow) {
  return {{"frames", flow.frames.load(std::memory_order_relaxed)},
          {"bytes", flow.bytes.load(std::memory_order_relaxed)},
          {"drops", flow.drops.load(std::memory_order_relaxed)}};
}

std::string report(const Relay& relay) {
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
           const Relay& relay) {
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

// What libvdeplug's modules say meanwhile, and programs that they start, such as ssh: part of our sentence.
class StandardError {
 public:
  StandardError() : pipe_(base::make_pipe()) {
    base::check_system_call("fcntl", ::fcntl(pipe_.read_end.number(), F_SETFL, O_NONBLOCK));
    base::check_system_call("dup2", ::dup2(pipe_.write_end.number(), STDERR_FILENO));
  }
  // On one line, with ": " before it; or nothing.
  std::string text() const {
    std::string text(4096, '\0');
    const ssize_t size = ::read(pipe_.read_end.number(), text.data(), text.size());
    text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    while (text.ends_with('\n')) text.pop_back();
    std::replace(text.begin(), text.end(), '\n', ';');
    return text.empty() ? text : ": " + text;
  }

 private:
  base::Pipe pipe_;
};

void leave_terminal() {
  ::setsid();
  base::check_system_call("chdir /", ::chdir("/"));
  const base::FileDescriptor nothing = base::open_file("/dev/null", O_RDWR);
  for (const int number : {STDIN_FILENO, STDOUT_FILENO})
    base::check_system_call("dup2", ::dup2(nothing.number(), number));
}

[[noreturn]] void run(const PumpRequest& request, base::FileDescriptor& answer,
                      std::optional<StandardError>& standard_error) {
  const base::FileDescriptor signals = base::block_signals({SIGTERM, SIGINT, SIGHUP});
  base::ListeningSocket listening("SOCKET", request.socket, 0600);
  const base::FileDescriptor tap = open_tap(request);
  Relay relay(tap, request.url, "vde_docker " + request.tap);
  base::Pipe alive = base::make_pipe();
  std::thread([&relay, relay_end = std::move(alive.write_end)] {
    try {
      relay.run();
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s\n", error.what());
    }
  }).detach();
  int code = 0;
  try {
    if (request.wait_ms != 0) wait_until_joined(relay, request);
    set_persistent(tap, true);
    send_answer(answer);
    answer.close();
    base::check_system_call("dup2", ::dup2(STDOUT_FILENO, STDERR_FILENO));
    standard_error.reset();
    serve(tap, signals, alive.read_end, listening, relay);
  } catch (const std::exception& error) {
    code = 1;
    if (answer.is_open()) {
      set_persistent(tap, false);
      send_answer(answer, error.what() + standard_error->text());
    }
  }
  // The relay may be held up in libvdeplug: nobody waits for it.
  listening.remove();
  ::_exit(code);
}

}  // namespace

void become_pump(const PumpRequest& request, base::FileDescriptor answer) {
  std::optional<StandardError> standard_error;
  try {
    leave_terminal();
    standard_error.emplace();
    run(request, answer, standard_error);
  } catch (const std::exception& error) {
    send_answer(answer, error.what());
    ::_exit(1);
  }
}

}  // namespace banco::vde_docker
