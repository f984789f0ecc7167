#include "impl/vde_docker/pump.hh"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <csignal>
#include <stdexcept>

#include "impl/base/local_socket.hh"
#include "impl/base/netlink.hh"
#include "impl/base/signals.hh"
#include "impl/base/system_error.hh"

namespace banco::vde_docker {
namespace {

using base::SystemError;
using std::chrono::milliseconds;
using Path = std::filesystem::path;

constexpr milliseconds kJoinLimit{2000};
// The pump gives up by itself.
constexpr std::chrono::seconds kStartLimit{6};
constexpr milliseconds kReportLimit{500};
constexpr std::size_t kReportLimit_bytes = 64 << 10;

// A connection to it; nothing where nobody listens.
std::optional<base::FileDescriptor> connect(const Path& socket) {
  try {
    return base::connect_local(socket, SOCK_STREAM | SOCK_NONBLOCK);
  } catch (const SystemError& error) {
    for (const int nobody : {ENOENT, ECONNREFUSED})
      if (error.code().value() == nobody) return std::nullopt;
    throw;
  }
}

// Of the process that listens there.
std::optional<pid_t> listener(const Path& socket) {
  const auto connection = connect(socket);
  if (!connection) return std::nullopt;
  ucred credentials{};
  socklen_t size = sizeof credentials;
  base::check_system_call("getsockopt SO_PEERCRED",
                          ::getsockopt(connection->number(), SOL_SOCKET, SO_PEERCRED, &credentials, &size));
  return credentials.pid;
}

std::optional<base::FileDescriptor> open_namespace(const std::string& path) {
  try {
    return base::open_file(path, O_RDONLY | O_NONBLOCK);
  } catch (const SystemError& error) {
    if (error.code().value() == ENOENT) return std::nullopt;
    throw;
  }
}

}  // namespace

std::optional<Pump> Pump::find(const Path& socket) {
  const auto pid = listener(socket);
  if (!pid) return std::nullopt;
  try {
    Pump pump(base::open_pidfd(*pid));
    // It listens still, so the number was its own all the time.
    if (listener(socket) == pid) return pump;
  } catch (const SystemError& error) {
    if (error.code().value() != ESRCH) throw;
  }
  return std::nullopt;
}

bool Pump::has_ended_within(milliseconds time) const {
  return process_.wait_for(POLLIN, time);
}

void Pump::signal(int number) const {
  base::send_signal(process_, number);
}

std::optional<TapPlace> find_tap(const Endpoint& endpoint) {
  if (const auto name = base::Netlink().find_by_alias(endpoint.tap_alias())) return TapPlace{{}, *name};
  if (endpoint.sandbox.empty()) return std::nullopt;
  const auto sandbox = open_namespace(endpoint.sandbox);
  if (!sandbox) return std::nullopt;
  try {
    if (const auto name = base::Netlink(*sandbox).find_by_alias(endpoint.tap_alias()))
      return TapPlace{endpoint.sandbox, *name};
  } catch (const SystemError& error) {
    // The mount on it has gone, and a plain file is left.
    if (error.code().value() != EINVAL) throw;
  }
  return std::nullopt;
}

void remove_tap(const Endpoint& endpoint) {
  const auto tap = find_tap(endpoint);
  if (!tap) return;
  try {
    if (tap->network_namespace.empty()) return base::Netlink().remove(tap->name);
    if (const auto sandbox = open_namespace(tap->network_namespace))
      base::Netlink(*sandbox).remove(tap->name);
  } catch (const std::runtime_error&) {
    if (find_tap(endpoint)) throw;  // otherwise it went by itself
  }
}

Pump PumpStarter::start(const Endpoint& endpoint, const NetworkOptions& options, const Path& socket) {
  return run({.url = options.url,
              .tap = endpoint.tap_name(),
              .socket = socket,
              .alias = endpoint.tap_alias(),
              .mtu_bytes = options.mtu_bytes,
              .wait_ms = static_cast<int>(kJoinLimit.count())});
}

Pump PumpStarter::restart(const TapPlace& tap, const NetworkOptions& options, const Path& socket) {
  return run(
      {.url = options.url, .tap = tap.name, .socket = socket, .network_namespace = tap.network_namespace});
}

Pump PumpStarter::run(const PumpRequest& request) {
  auto [ours, theirs] = make_socket_pair();
  send(request, theirs);
  theirs.close();
  if (!ours.wait_for(POLLIN, kStartLimit)) {
    if (const auto pump = Pump::find(request.socket)) pump->signal(SIGTERM);
    throw std::runtime_error(fmt::format("vde_docker_pump does not answer within {} s", kStartLimit.count()));
  }
  PumpAnswer answer = receive_answer(ours);
  Pump pump(std::move(answer.process));
  if (answer.failure.empty()) return pump;
  pump.has_ended_within(kStartLimit);  // its tap has gone then
  throw std::runtime_error(answer.failure);
}

void PumpStarter::send(const PumpRequest& request, const base::FileDescriptor& answer) {
  const std::lock_guard guard(lock_);
  try {
    if (parent_) return send_request(parent_->requests, request, answer);
  } catch (const SystemError& error) {
    if (error.code().value() != EPIPE && error.code().value() != ECONNRESET) throw;
  }
  parent_.reset();
  parent_.emplace(start_parent());
  send_request(parent_->requests, request, answer);
}

PumpStarter::Parent PumpStarter::start_parent() const {
  auto [ours, theirs] = make_socket_pair();
  return {std::move(ours), base::ChildProcess({.command = {program_}, .standard_input = &theirs})};
}

std::optional<std::string> read_report(const Path& socket) {
  const auto connection = connect(socket);
  if (!connection) return std::nullopt;
  std::string report;
  std::array<std::byte, 4096> buffer{};
  try {
    while (report.size() < kReportLimit_bytes && connection->wait_for(POLLIN, kReportLimit)) {
      const std::size_t count = connection->read(buffer);
      if (count == 0) return report;
      report.append(reinterpret_cast<const char*>(buffer.data()), count);
    }
  } catch (const SystemError&) {  // it has ended instead
  }
  return std::nullopt;
}

}  // namespace banco::vde_docker
