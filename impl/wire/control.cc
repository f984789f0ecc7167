#include "impl/wire/control.hh"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "impl/base/system_error.hh"

namespace banco::wire {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kLineLimit = 64 << 10;
constexpr std::size_t kConnectionsLimit = 16;
constexpr mode_t kMode = 0600;

Json json_of(const Channel& channel) {
  const Counters& counters = channel.counters();
  return {{"frames_in", counters.frames_in},
          {"bytes_in", counters.bytes_in},
          {"frames_out", counters.frames_out},
          {"bytes_out", counters.bytes_out},
          {"dropped",
           {{"mtu", counters.dropped_mtu},
            {"loss", counters.dropped_loss},
            {"queue", counters.dropped_queue},
            {"aqm", counters.dropped_aqm},
            {"line", counters.dropped_line},
            {"ingress", counters.dropped_ingress},
            {"egress", counters.dropped_egress}}},
          {"duplicated", counters.duplicated},
          {"corrupted", counters.corrupted},
          {"reordered", counters.reordered},
          {"marked", counters.marked},
          {"queued_frames", channel.queued_frames()},
          {"queued_bytes", channel.queued_bytes()},
          {"line_frames", channel.line_frames()}};
}

Json obey(const Json& request, Wire& wire, Time now) {
  const std::string command = request.at("command").get<std::string>();
  if (command == "show")
    return {{"ok", true}, {"settings", settings_text(wire.settings())}, {"seed", *wire.settings().seed}};
  if (command == "state")
    return {{"ok", true},
            {"state", wire.state()},
            {"lr", json_of(wire.channel(kLeftToRight))},
            {"rl", json_of(wire.channel(kRightToLeft))}};
  if (command != "set") throw std::invalid_argument("the commands are show, state, set and capture");
  wire.set(request.at("settings").get<std::vector<std::string>>(), now);
  return {{"ok", true}};
}

bool asks_for_capture(const std::string& line) {
  const Json request = Json::parse(line, nullptr, false);
  return request.is_object() && request.value("command", Json()) == "capture";
}

}  // namespace

std::string answer(const std::string& line, Wire& wire, Time now) {
  Json reply;
  try {
    reply = obey(Json::parse(line), wire, now);
  } catch (const Json::exception&) {
    reply = {{"ok", false},
             {"error", R"(a line such as {"command":"set","settings":["delay=20ms"]} is wanted)"}};
  } catch (const std::invalid_argument& error) {
    reply = {{"ok", false}, {"error", error.what()}};
  }
  return reply.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Control::Control(base::EventLoop& loop, const std::string& path, Wire& wire, Captures& captures)
    : loop_(loop), wire_(wire), captures_(captures), listening_("ctl", path, kMode) {
  loop_.watch(listening_.descriptor(), EPOLLIN, [this](std::uint32_t) { accept(); });
}

Control::~Control() {
  while (!connections_.empty()) close(connections_.begin());
  loop_.forget(listening_.descriptor());
}

void Control::accept() {
  base::FileDescriptor socket(
      ::accept4(listening_.descriptor().number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!socket.is_open()) return;  // it has gone again
  if (connections_.size() == kConnectionsLimit) close(connections_.begin());
  const Place place = connections_.insert(connections_.end(), {std::move(socket), {}});
  loop_.watch(place->socket, EPOLLIN, [this, place](std::uint32_t) { read(place); });
}

void Control::close(Place place) {
  loop_.forget(place->socket);
  connections_.erase(place);
}

// False when it is not taken at once; then the connection is closed.
bool Control::send(Place place, const std::string& reply) {
  const ssize_t sent = ::send(place->socket.number(), reply.data(), reply.size(), MSG_NOSIGNAL);
  if (sent == static_cast<ssize_t>(reply.size())) return true;
  close(place);
  return false;
}

void Control::capture(Place place) {
  if (captures_.is_full())
    return void(
        send(place,
             Json{{"ok", false}, {"error", fmt::format("{} captures run already", Captures::kLimit)}}.dump() +
                 "\n"));
  if (!send(place, "{\"ok\":true}\n")) return;
  base::FileDescriptor socket = std::move(place->socket);
  loop_.forget(socket);
  connections_.erase(place);
  captures_.begin(std::move(socket));
}

void Control::read(Place place) {
  std::array<char, 4096> buffer{};
  const ssize_t count = ::read(place->socket.number(), buffer.data(), buffer.size());
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count <= 0 || place->received.size() + static_cast<std::size_t>(count) > kLineLimit) {
    close(place);
    return;
  }
  place->received.append(buffer.data(), static_cast<std::size_t>(count));
  for (std::size_t end; (end = place->received.find('\n')) != std::string::npos;) {
    const std::string line = place->received.substr(0, end);
    place->received.erase(0, end + 1);
    if (asks_for_capture(line)) return capture(place);
    if (!send(place, answer(line, wire_, monotonic_now()))) return;
  }
}

}  // namespace banco::wire
