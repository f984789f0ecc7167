#include "impl/shm_switch/control.hh"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <random>

#include "impl/base/system_error.hh"
#include "impl/shm_switch/atomics.hh"
#include "impl/shm_switch/control_port.hh"
#include "impl/shm_switch/doorbell.hh"
#include "impl/shm_switch/switch_state.hh"
#include "impl/shm_switch/ticks.hh"

namespace banco::shm_switch {
namespace {

using base::check_system_call;
using base::FileDescriptor;

constexpr std::size_t kStrangersMax = 64;
constexpr std::chrono::seconds kExpectedFor{10};

std::uint64_t random_word() {
  std::random_device random;
  return (std::uint64_t{random()} << 32 | random()) | 1;
}

ucred who_is(const FileDescriptor& socket) {
  ucred who{};
  socklen_t size = sizeof(who);
  check_system_call("getsockopt SO_PEERCRED",
                    ::getsockopt(socket.number(), SOL_SOCKET, SO_PEERCRED, &who, &size));
  return who;
}

// Why a port is not let in.
struct Refusal {
  int error_number;
  std::string sentence;
};

// What a port brings to be called by may be anything that has a descriptor: a pipe would block us when it is
// full, a FUSE file for as long as its server likes.
void check_unix_socket(const char* what, const FileDescriptor& descriptor) {
  int domain = 0;
  socklen_t size = sizeof(domain);
  if (::getsockopt(descriptor.number(), SOL_SOCKET, SO_DOMAIN, &domain, &size) < 0 || domain != AF_UNIX)
    throw Refusal{EPROTO, fmt::format("the port's {} is no Unix socket: another version?", what)};
}

auto find_stranger(std::vector<FileDescriptor>& strangers, int socket_number) {
  return std::find_if(strangers.begin(), strangers.end(),
                      [&](const FileDescriptor& socket) { return socket.number() == socket_number; });
}

}  // namespace

Control::Control(base::EventLoop& loop, SwitchDirectory& directory, ControlOptions options)
    : loop_(loop),
      directory_(directory),
      options_(options),
      page_memory_(make_published_memory("shm_switch", sizeof(shm_switch_page))),
      page_(reinterpret_cast<shm_switch_page*>(page_memory_.mapping.bytes().data())),
      timer_(check_system_call("timerfd_create",
                               ::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK))) {
  page_->magic = SHM_SWITCH_MAGIC;
  page_->version = SHM_MEMORY_VERSION;
  strangers_.reserve(kStrangersMax);
  load();
  if (options.hub) settings_.hub = 1;
  if (options.ageing_s) settings_.ageing_s = *options.ageing_s;
  listen();
  loop_.watch(timer_, EPOLLIN, [this](std::uint32_t) { on_timer(); });
  if (!expected_.empty()) start_timer();
  save();
}

Control::~Control() {
  loop_.forget(timer_);
  if (listens_) loop_.forget(directory_.listening_socket());
  for (const FileDescriptor& socket : strangers_) loop_.forget(socket);
  for (const auto& [number, port] : ports_) loop_.forget(port->socket);
}

// --- ports come and go

void Control::listen() {
  loop_.watch(directory_.listening_socket(), EPOLLIN, [this](std::uint32_t) { accept_one(); });
  listens_ = true;
}

void Control::accept_one() {
  FileDescriptor socket(
      ::accept4(directory_.listening_socket().number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!socket.is_open()) {
    if (errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM) return;
    // The listening socket stays readable: make room, or do not look at it for a while.
    if (!strangers_.empty()) return drop_oldest_stranger();
    loop_.forget(directory_.listening_socket());
    listens_ = false;
    return start_timer();
  }
  if (strangers_.size() == kStrangersMax) drop_oldest_stranger();
  const int number = socket.number();
  strangers_.push_back(std::move(socket));
  try {
    loop_.watch(strangers_.back(), EPOLLIN, [this, number](std::uint32_t) { serve(number); });
  } catch (const std::exception&) {
    strangers_.pop_back();  // memory is short
  }
}

void Control::drop_oldest_stranger() {
  loop_.forget(strangers_.front());
  strangers_.erase(strangers_.begin());
}

void Control::serve(int socket_number) {
  const auto known = number_of_socket_.find(socket_number);
  const auto stranger = find_stranger(strangers_, socket_number);
  if (known == number_of_socket_.end() && stranger == strangers_.end()) return;
  bool closed = false;
  try {
    if (auto received = receive_message(
            known == number_of_socket_.end() ? *stranger : ports_.at(known->second)->socket, closed))
      serve_message(socket_number, std::move(*received));
  } catch (const std::exception&) {
    closed = true;  // rubbish; or memory or descriptors are too short for what it wants
  }
  if (closed) drop(socket_number);
}

// Whatever it is by now: a hello that fails may have made a port of the stranger, or closed the socket.
void Control::drop(int socket_number) {
  const auto known = number_of_socket_.find(socket_number);
  if (known != number_of_socket_.end()) return remove(known->second);
  const auto stranger = find_stranger(strangers_, socket_number);
  if (stranger == strangers_.end()) return;
  loop_.forget(*stranger);
  strangers_.erase(stranger);
}

void Control::serve_message(int socket_number, ReceivedMessage received) {
  const auto known = number_of_socket_.find(socket_number);
  if (known == number_of_socket_.end()) {
    if (received.message.kind != MessageKind::kHello) throw std::runtime_error("says no hello");
    return hello(socket_number, std::move(received));
  }
  if (received.message.kind != MessageKind::kKnock) throw std::runtime_error("sends what only control sends");
  // Only those who may send there may wake it.
  if (ports_.at(known->second)->joined.contains(received.message.number)) knock(received.message.number);
}

void Control::hello(int socket_number, ReceivedMessage received) {
  const auto stranger = find_stranger(strangers_, socket_number);
  loop_.forget(*stranger);
  FileDescriptor socket = std::move(*stranger);
  strangers_.erase(stranger);
  try {
    if (received.descriptors.size() != 3) throw Refusal{EPROTO, "a hello brings three descriptors"};
    check_unix_socket("bell", received.descriptors[1]);
    check_unix_socket("hang-up socket", received.descriptors[2]);
    std::unique_ptr<Port> port = admit(received);
    port->who = who_is(socket);
    port->socket = std::move(socket);
    const std::uint32_t number = port->number;
    loop_.watch(port->socket, EPOLLIN, [this, socket_number](std::uint32_t) { serve(socket_number); });
    number_of_socket_[socket_number] = number;
    Port& here = *(ports_[number] = std::move(port));
    std::vector<Port*> newcomers;
    for (const auto& [other_number, other] : ports_) {
      if (other.get() == &here || !may_exchange(here, *other)) continue;
      const auto ours = here.remembers.find(other_number);
      const auto theirs = other->remembers.find(number);
      const bool together = ours != here.remembers.end() && ours->second == other->incarnation &&
                            theirs != other->remembers.end() && theirs->second == here.incarnation;
      if (together) {
        here.joined[other_number] = other->incarnation;
        other->joined[number] = here.incarnation;
      } else {
        newcomers.push_back(other.get());
      }
    }
    Message welcome;
    welcome.kind = MessageKind::kWelcome;
    welcome.number = number;
    welcome.incarnation = here.incarnation;
    welcome.secret = here.secret;
    welcome.settings = here.settings;
    welcome.switch_settings = settings_;
    std::vector<FileDescriptor> page;
    page.push_back(page_memory_.file.duplicate());
    store_relaxed(page_->mail[number - 1], std::uint32_t{0});
    send(here, welcome, std::move(page));
    for (Port* const other : newcomers) introduce(here, *other);
    tell_settings(here);  // that was everybody
    if (received.message.incarnation != 0) here.ring();
    save();
  } catch (const Refusal& refusal) {
    Message message;
    message.kind = MessageKind::kRefused;
    message.error = refusal.error_number;
    message.set_text(refusal.sentence);
    send_message(socket, message);
  }
}

// A port made of what the hello brought. Throws Refusal.
std::unique_ptr<Control::Port> Control::admit(ReceivedMessage& received) {
  const Message& hello = received.message;
  std::optional<base::MemoryMapping> page;
  try {
    page = map_published_memory(received.descriptors[0], sizeof(shm_port_page));
  } catch (const std::runtime_error& error) {
    throw Refusal{EPROTO, error.what()};
  }
  auto port = std::make_unique<Port>(std::move(*page));
  if (port->page().magic != SHM_PORT_MAGIC || port->page().version != SHM_MEMORY_VERSION)
    throw Refusal{EPROTO, "the port's page is of another version"};
  const bool again = hello.incarnation != 0;
  if (again) {
    // It has lost its connection and was faster than the news of that.
    const Port* const here = find(hello.number);
    if (here != nullptr && here->incarnation == hello.incarnation && here->secret == hello.secret) {
      expected_[hello.number] = {here->incarnation, here->secret};
      remove(hello.number);
    }
    const auto expected = expected_.find(hello.number);
    if (expected == expected_.end() || expected->second.incarnation != hello.incarnation ||
        expected->second.secret != hello.secret)
      throw Refusal{ESTALE, fmt::format("port {} is not known here any more", hello.number)};
    expected_.erase(expected);
  }
  port->number = again ? hello.number : choose_number(hello);
  port->incarnation = again ? hello.incarnation : random_word();
  port->secret = again ? hello.secret : random_word();
  port->settings = settings_for(port->number);
  port->settings.offload = hello.settings.offload != 0 ? 1 : 0;
  if (hello.vlans_wanted != 0 && hello.settings.vlans != port->settings.vlans) {
    if (configured_.contains(port->number))
      throw Refusal{EACCES, fmt::format("port {} has VLANs {} from the administrator", port->number,
                                        to_text(port->settings.vlans))};
    if (!options_.clients_choose_vlans)
      throw Refusal{EACCES, "this switch does not let ports choose their VLANs"};
    port->settings.vlans = hello.settings.vlans;
  }
  port->description = hello.text_string();
  port->page_file = std::move(received.descriptors[0]);
  port->bell = std::move(received.descriptors[1]);
  port->hang_up = std::move(received.descriptors[2]);
  for (const PeerName& peer : received.peers) port->remembers[peer.number] = peer.incarnation;
  return port;
}

std::uint32_t Control::choose_number(const Message& hello) const {
  const auto is_free = [&](std::uint32_t number) {
    return !ports_.contains(number) && !expected_.contains(number);
  };
  if (hello.number != 0) {
    if (hello.number > options_.port_count)
      throw Refusal{EINVAL,
                    fmt::format("there is no port {}: ports are 1 to {}", hello.number, options_.port_count)};
    if (!is_free(hello.number)) throw Refusal{EADDRINUSE, fmt::format("port {} is taken", hello.number)};
    return hello.number;
  }
  for (std::uint32_t number = 1; number <= options_.port_count; ++number)
    if (is_free(number) && !reserved_.contains(number)) return number;
  throw Refusal{ENOSPC,
                fmt::format("all {} ports are taken; --numports gives a switch more", options_.port_count)};
}

void Control::remove(std::uint32_t number) {
  const auto taken_out = ports_.extract(number);
  const Port& port = *taken_out.mapped();
  number_of_socket_.erase(port.socket.number());
  loop_.forget(port.socket);
  for (const auto& [other_number, incarnation] : port.joined) {
    Port* const other = find(other_number);
    if (other == nullptr || other->joined.erase(number) == 0) continue;
    Message left;
    left.kind = MessageKind::kPeerLeft;
    left.number = number;
    left.incarnation = port.incarnation;
    send(*other, left);
  }
  save();
}

Control::Port* Control::find(std::uint32_t number) {
  const auto place = ports_.find(number);
  return place == ports_.end() ? nullptr : place->second.get();
}

// --- who may exchange frames with whom

bool Control::may_exchange(const Port& a, const Port& b) const {
  if (a.settings.mirror != 0 || b.settings.mirror != 0) return true;
  if (a.settings.isolated != 0 && b.settings.isolated != 0) return false;
  return a.settings.vlans.shares_any_with(b.settings.vlans);
}

void Control::introduce(Port& newcomer, Port& there) {
  const FileDescriptor pair = make_shared_memory("shm_switch pair", SHM_PAIR_BYTES);
  DoorbellSides bell_of_newcomer = make_doorbell();
  DoorbellSides bell_of_there = make_doorbell();
  const auto tell = [&](Port& port, const Port& other, FileDescriptor their_bell, FileDescriptor our_bell) {
    Message message;
    message.kind = MessageKind::kPeerJoined;
    message.number = other.number;
    message.incarnation = other.incarnation;
    message.settings = other.settings;
    std::vector<FileDescriptor> descriptors;
    descriptors.push_back(pair.duplicate());
    descriptors.push_back(std::move(their_bell));
    descriptors.push_back(std::move(our_bell));
    descriptors.push_back(other.page_file.duplicate());
    send(port, message, std::move(descriptors));
  };
  newcomer.joined[there.number] = there.incarnation;
  there.joined[newcomer.number] = newcomer.incarnation;
  // The newcomer last: when it knows everybody, everybody has mail about it.
  tell(there, newcomer, std::move(bell_of_newcomer.first), std::move(bell_of_there.second));
  tell(newcomer, there, std::move(bell_of_there.first), std::move(bell_of_newcomer.second));
}

void Control::separate(Port& a, Port& b) {
  const auto tell = [&](Port& port, const Port& other) {
    port.joined.erase(other.number);
    port.remembers.erase(other.number);
    Message message;
    message.kind = MessageKind::kPeerLeft;
    message.number = other.number;
    message.incarnation = other.incarnation;
    send(port, message);
  };
  tell(a, b);
  tell(b, a);
}

// After a change of `port`'s settings: who gains, who loses, who must only know.
void Control::reconsider(Port& port) {
  tell_settings(port);
  for (const auto& [number, other] : ports_) {
    if (other.get() == &port) continue;
    const bool joined = port.joined.contains(number);
    const bool may = may_exchange(port, *other);
    if (may && !joined) {
      introduce(port, *other);
    } else if (!may && joined) {
      separate(port, *other);
    } else if (joined) {
      Message message;
      message.kind = MessageKind::kPeerSettings;
      message.number = port.number;
      message.incarnation = port.incarnation;
      message.settings = port.settings;
      send(*other, message);
    }
  }
}

// --- what survives us

// A full disk is no reason to end the switch: it is tried again until it succeeds.
void Control::save() noexcept try {
  SwitchState state;
  state.settings = settings_;
  state.configured = configured_;
  state.reserved = reserved_;
  for (const auto& [number, port] : ports_) state.ports[number] = {port->incarnation, port->secret};
  for (const auto& [number, expected] : expected_)
    state.ports[number] = {expected.incarnation, expected.secret};
  directory_.save_state(to_text(state));
  unsaved_ = false;
} catch (const std::exception& error) {
  if (!unsaved_)
    std::fprintf(stderr, "shm_switch: %s: the ports would be lost if the switch died now; it tries again\n",
                 error.what());
  unsaved_ = true;
  start_timer();
}

void Control::load() {
  const std::optional<std::string> text = directory_.load_state();
  if (!text) return;
  const std::optional<SwitchState> state = parse_state(*text);
  if (!state) return;
  configured_ = state->configured;
  reserved_ = state->reserved;
  settings_ = state->settings;
  for (const auto& [number, identity] : state->ports)
    expected_[number] = {identity.incarnation, identity.secret};
  expected_until_ = std::chrono::steady_clock::now() + kExpectedFor;
}

}  // namespace banco::shm_switch
