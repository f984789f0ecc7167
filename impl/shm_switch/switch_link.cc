#include "impl/shm_switch/switch_link.hh"

#include <fmt/format.h>
#include <grp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <new>
#include <stdexcept>
#include <thread>
#include <utility>

#include "impl/base/system_error.hh"

namespace banco::shm_switch {
namespace {

using base::check_system_call;
using base::FileDescriptor;

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kJoinTimeout{5};
constexpr std::chrono::milliseconds kConnectAgain{10};
constexpr std::chrono::milliseconds kRetry{200};

// What woke us: tags of the epoll set; a peer's bell has kPeerTag + its number.
enum Tag : std::uint64_t { kOwnTag = 0, kControlTag = 1, kPathTag = 2, kRetryTag = 3, kPeerTag = 16 };

// For us and for control: control takes nothing else to call us by.
std::pair<FileDescriptor, FileDescriptor> make_socket_pair() {
  std::array<int, 2> sockets{};
  check_system_call("socketpair",
                    ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, sockets.data()));
  return {FileDescriptor(sockets[0]), FileDescriptor(sockets[1])};
}

std::string connect_advice(int error_number, const std::filesystem::path& path) {
  switch (error_number) {
    case ENOENT:
    case ENOTDIR:
      return fmt::format("there is no switch at {}: start one with `shm_switch -s {}`", path.string(),
                         path.string());
    case ECONNREFUSED:
      return fmt::format("the switch at {} has ended: start it again with `shm_switch -s {}`", path.string(),
                         path.string());
    case EACCES:
      return fmt::format("no permission for the switch at {}: see its --mode and --group", path.string());
    case EPROTOTYPE:
      return fmt::format("{} is a switch of another kind, perhaps of vde_switch: try vde://{}", path.string(),
                         path.string());
    default:
      return fmt::format("cannot join the switch at {}: {}", path.string(), std::strerror(error_number));
  }
}

// Does not wait: not open when so many others are before us that control has no room for one more yet.
FileDescriptor connect_to(const std::filesystem::path& path) {
  const std::string name = (path / "ctl").string();
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (name.size() >= sizeof(address.sun_path))
    throw OpenError(ENAMETOOLONG, fmt::format("the path {} is too long for a socket: {} bytes are allowed",
                                              name, sizeof(address.sun_path) - 1));
  std::memcpy(address.sun_path, name.data(), name.size());
  FileDescriptor socket(
      check_system_call("socket", ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)));
  if (::connect(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) < 0) {
    const int error_number = errno;
    if (error_number == EAGAIN) return {};
    throw OpenError(error_number, connect_advice(error_number, path));
  }
  return socket;
}

OpenError no_answer(const std::filesystem::path& path) {
  return {ETIMEDOUT, fmt::format("the switch at {} does not answer", path.string())};
}

FileDescriptor connect_before(Clock::time_point deadline, const std::filesystem::path& path) {
  while (Clock::now() < deadline) {
    FileDescriptor socket = connect_to(path);
    if (socket.is_open()) return socket;
    std::this_thread::sleep_for(kConnectAgain);
  }
  throw no_answer(path);
}

}  // namespace

SwitchLink::SwitchLink(PortOptions options)
    : options_(std::move(options)),
      page_memory_(make_published_memory("shm_switch port", sizeof(shm_port_page))),
      page_(reinterpret_cast<shm_port_page*>(page_memory_.mapping.bytes().data())),
      epoll_(check_system_call("epoll_create1", ::epoll_create1(EPOLL_CLOEXEC))),
      own_bell_(check_system_call("eventfd", ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))),
      retry_timer_(
          check_system_call("timerfd_create", ::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK))),
      membership_(std::make_shared<Membership>()),
      mail_word_(&no_mail_) {
  std::tie(hang_up_ours_, hang_up_theirs_) = make_socket_pair();
  page_->magic = SHM_PORT_MAGIC;
  page_->version = SHM_MEMORY_VERSION;
  // Never 0: a peer that has rung in no epoch yet starts one below.
  page_->epoch = 1;
  watch(own_bell_, kOwnTag);
  watch(retry_timer_, kRetryTag);
  connect();
}

void SwitchLink::watch(const FileDescriptor& descriptor, std::uint64_t tag) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = tag;
  check_system_call("epoll_ctl", ::epoll_ctl(epoll_.number(), EPOLL_CTL_ADD, descriptor.number(), &event));
}

void SwitchLink::connect() {
  const std::scoped_lock lock(mutex_);
  const auto deadline = Clock::now() + kJoinTimeout;
  socket_ = connect_before(deadline, options_.path);
  say_hello(socket_, false);
  for (bool welcomed = false, knows_everybody = false; !knows_everybody;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0 || !socket_.wait_for(POLLIN, left)) throw no_answer(options_.path);
    bool closed = false;
    Membership next = *membership_;
    try {
      auto received = receive_message(socket_, closed);
      if (closed)
        throw OpenError(
            EPROTO, fmt::format("{} has closed the connection: is it a shm_switch?", options_.path.string()));
      if (!received) continue;
      if (received->message.kind == MessageKind::kRefused)
        throw OpenError(received->message.error > 0 ? received->message.error : EPROTO,
                        fmt::format("the switch at {} refuses: {}", options_.path.string(),
                                    received->message.text_string()));
      welcomed = welcomed || received->message.kind == MessageKind::kWelcome;
      knows_everybody = welcomed && received->message.kind == MessageKind::kSettings;
      handle(std::move(*received), next);
    } catch (const OpenError&) {
      throw;
    } catch (const std::runtime_error& error) {
      throw OpenError(EPROTO, fmt::format("{}: what answers there {}", options_.path.string(), error.what()));
    }
    membership_ = std::make_shared<const Membership>(std::move(next));
  }
  version_.store(membership_->version);
}

void SwitchLink::say_hello(const FileDescriptor& socket, bool again) {
  auto [our_end, bell] = make_socket_pair();
  Message hello;
  hello.kind = MessageKind::kHello;
  hello.number = again ? membership_->number : options_.number;
  hello.incarnation = incarnation_;
  hello.secret = secret_;
  hello.settings.offload = options_.offload ? 1 : 0;
  hello.vlans_wanted = options_.vlans.has_value() ? 1 : 0;
  if (options_.vlans) hello.settings.vlans = *options_.vlans;
  hello.set_text(options_.description);
  std::vector<PeerName> peers;
  if (again)
    for (const PeerEntry& entry : membership_->peers)
      peers.push_back({entry.peer->number, 0, entry.peer->incarnation});
  hello.peer_count = static_cast<std::uint32_t>(peers.size());
  if (send_message(socket, hello, {&page_memory_.file, &bell, &hang_up_theirs_}, peers) != Delivery::kDone)
    throw OpenError(EPROTO, fmt::format("the switch at {} does not take a hello", options_.path.string()));
  control_bell_ = std::move(our_end);
  watch(control_bell_, kControlTag);
}

std::shared_ptr<const Membership> SwitchLink::membership() {
  const std::scoped_lock lock(mutex_);
  return membership_;
}

void SwitchLink::refresh_slowly(std::shared_ptr<const Membership>& current) noexcept {
  const std::scoped_lock lock(mutex_);
  handle_mail_locked();
  current = membership_;
}

void SwitchLink::handle_mail_locked() noexcept {
  mail_seen_.store(load_acquire(*mail_word_.load()));
  if (!socket_.is_open()) return;
  std::shared_ptr<Membership> next;
  bool closed = false;
  bool changed = false;
  bool half_done = false;
  try {
    next = std::make_shared<Membership>(*membership_);
    while (auto received = receive_message(socket_, closed)) {
      changed = half_done = true;
      handle(std::move(*received), *next);
      half_done = false;
    }
  } catch (const std::bad_alloc&) {
    // Memory is short. A message that was taken comes again when we say hello again; the others are still
    // there, and so is the news of them.
    closed = half_done;
    mail_seen_.store(load_relaxed(*mail_word_.load()) - 1);
    tend_later();
  } catch (const std::exception&) {
    // Control sends rubbish, or something else is short: as if it had gone; what is established stays.
    closed = true;
  }
  if (changed) {
    const std::uint64_t version = ++next->version;
    membership_ = std::move(next);
    version_.store(version, std::memory_order_release);
  }
  if (closed) lose_control_locked();
}

void SwitchLink::handle(ReceivedMessage received, Membership& next) {
  const Message& message = received.message;
  switch (message.kind) {
    case MessageKind::kWelcome:
      welcome(received, next);
      break;
    case MessageKind::kPeerJoined:
      add_peer(received, next);
      break;
    case MessageKind::kPeerLeft:
      remove_peer(message.number, message.incarnation, next);
      break;
    case MessageKind::kSettings:
      next.settings = message.settings;
      next.switch_settings = message.switch_settings;
      break;
    case MessageKind::kPeerSettings:
      for (PeerEntry& entry : next.peers)
        if (entry.peer->number == message.number && entry.peer->incarnation == message.incarnation)
          entry.settings = message.settings;
      break;
    case MessageKind::kRefused:
      while (!next.peers.empty())
        remove_peer(next.peers.back().peer->number, next.peers.back().peer->incarnation, next);
      if (incarnation_ != 0) {
        // Not taken back after control died, since somebody else has our number now: we come again, as a
        // newcomer.
        incarnation_ = 0;
        secret_ = 0;
      } else {
        ::shutdown(hang_up_theirs_.number(), SHUT_RDWR);
        expelled_ = true;
      }
      break;
    case MessageKind::kHello:
    case MessageKind::kKnock:
      throw std::runtime_error("sent what only a port sends");
  }
}

void SwitchLink::welcome(ReceivedMessage& received, Membership& next) {
  const Message& message = received.message;
  if (received.descriptors.size() != 1 || message.number == 0 || message.number > SHM_PORT_COUNT_MAX)
    throw std::runtime_error("sent a welcome that cannot be");
  base::MemoryMapping page = map_published_memory(received.descriptors[0], sizeof(shm_switch_page));
  const auto& header = *reinterpret_cast<const shm_switch_page*>(page.bytes().data());
  if (header.magic != SHM_SWITCH_MAGIC || header.version != SHM_MEMORY_VERSION)
    throw std::runtime_error("is of another version");
  if (switch_pages_.size() == 4) switch_pages_.erase(switch_pages_.begin());
  switch_pages_.push_back(std::move(page));
  mail_seen_.store(0);
  mail_word_.store(&header.mail[message.number - 1], std::memory_order_release);
  incarnation_ = message.incarnation;
  secret_ = message.secret;
  next.number = message.number;
  next.settings = message.settings;
  next.switch_settings = message.switch_settings;
}

void SwitchLink::add_peer(ReceivedMessage& received, Membership& next) {
  const Message& message = received.message;
  if (received.descriptors.size() != kMessageDescriptorsMax || message.number == 0 ||
      message.number > SHM_PORT_COUNT_MAX || message.number == next.number)
    throw std::runtime_error("sent a peer that cannot be");
  for (const PeerEntry& entry : next.peers)
    if (entry.peer->number == message.number) {
      remove_peer(message.number, entry.peer->incarnation, next);
      break;
    }
  auto& descriptors = received.descriptors;
  PeerMaterial material{map_shared_memory(descriptors[0], SHM_PAIR_BYTES),
                        map_published_memory(descriptors[3], sizeof(shm_port_page)),
                        std::move(descriptors[1]), std::move(descriptors[2])};
  auto peer = std::make_shared<Peer>(next.number, message.number, message.incarnation, std::move(material));
  peer->out.limit_window(options_.ring_bytes);
  watch(peer->our_bell(), kPeerTag + message.number);
  peer->adopt();
  next.peers.push_back({std::move(peer), message.settings});
}

void SwitchLink::remove_peer(std::uint32_t number, std::uint64_t incarnation, Membership& next) {
  std::erase_if(next.peers, [&](const PeerEntry& entry) {
    if (entry.peer->number != number || entry.peer->incarnation != incarnation) return false;
    ::epoll_ctl(epoll_.number(), EPOLL_CTL_DEL, entry.peer->our_bell().number(), nullptr);
    return true;
  });
}

void SwitchLink::ring_ourselves() noexcept {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(own_bell_.number(), &one, sizeof(one));
}

bool SwitchLink::any_bell() const noexcept {
  epoll_event event;
  return ::epoll_wait(epoll_.number(), &event, 1, 0) > 0;
}

void SwitchLink::silence_all() noexcept {
  std::array<epoll_event, 64> events;
  const int count = ::epoll_wait(epoll_.number(), events.data(), static_cast<int>(events.size()), 0);
  std::uint64_t counter = 0;
  std::shared_ptr<const Membership> now;
  for (int i = 0; i < count; ++i) {
    const std::uint64_t tag = events[static_cast<std::size_t>(i)].data.u64;
    if (tag == kOwnTag) {
      [[maybe_unused]] const ssize_t got = ::read(own_bell_.number(), &counter, sizeof(counter));
      continue;
    }
    if (tag == kControlTag || tag == kPathTag || tag == kRetryTag) {
      const std::scoped_lock lock(mutex_);
      if (tag == kControlTag) silence(control_bell_);
      if (tag == kRetryTag) silence(retry_timer_);
      // A bell that hangs up: the socket has closed as well.
      tend_locked();
      continue;
    }
    if (!now) now = membership();
    for (const PeerEntry& entry : now->peers)
      if (kPeerTag + entry.peer->number == tag) silence(entry.peer->our_bell());
  }
}

bool SwitchLink::knock(std::uint32_t number) noexcept {
  const std::scoped_lock lock(mutex_);
  if (!socket_.is_open()) return false;
  Message message;
  message.kind = MessageKind::kKnock;
  message.number = number;
  const Delivery delivery = send_message(socket_, message);
  if (delivery == Delivery::kGone) lose_control_locked();
  return delivery == Delivery::kDone;
}

void SwitchLink::tend() noexcept {
  const std::scoped_lock lock(mutex_);
  tend_locked();
}

void SwitchLink::tend_locked() noexcept {
  if (socket_.is_open()) {
    handle_mail_locked();
  } else {
    look_for_control_locked();
  }
}

void SwitchLink::lose_control_locked() noexcept {
  if (!socket_.is_open()) return;
  if (control_bell_.is_open()) ::epoll_ctl(epoll_.number(), EPOLL_CTL_DEL, control_bell_.number(), nullptr);
  control_bell_.close();
  socket_.close();
  if (path_watch_.is_open() || expelled_) return;
  path_watch_ = FileDescriptor(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!path_watch_.is_open()) return;  // tend() looks from time to time
  // Control renames its socket into place when it listens. The directory may be gone until it is made again.
  if (::inotify_add_watch(path_watch_.number(), options_.path.c_str(), IN_MOVED_TO | IN_CREATE) < 0) {
    path_watch_.close();
    return;
  }
  try {
    watch(path_watch_, kPathTag);
  } catch (const base::SystemError&) {
    path_watch_.close();
  }
  // Perhaps it was back before we noticed that it had gone.
  look_for_control_locked();
}

void SwitchLink::look_for_control_locked() noexcept {
  if (expelled_) return;
  if (path_watch_.is_open()) {
    alignas(inotify_event) std::array<char, 4096> events;
    while (::read(path_watch_.number(), events.data(), events.size()) > 0) {
    }
  }
  try {
    FileDescriptor socket = connect_to(options_.path);
    if (!socket.is_open()) return tend_later();
    say_hello(socket, incarnation_ != 0);
    socket_ = std::move(socket);
  } catch (const OpenError& error) {
    if (error.error_number() == EPROTO) tend_later();  // it is there, but reads nothing yet
    return;
  } catch (const std::exception&) {
    return tend_later();  // memory or descriptors are short
  }
  if (path_watch_.is_open()) {
    ::epoll_ctl(epoll_.number(), EPOLL_CTL_DEL, path_watch_.number(), nullptr);
    path_watch_.close();
  }
}

// Wakes us in a while, if nothing else does.
void SwitchLink::tend_later() noexcept {
  itimerspec when{};
  when.it_value.tv_nsec = std::chrono::nanoseconds(kRetry).count();
  ::timerfd_settime(retry_timer_.number(), 0, &when, nullptr);
}

}  // namespace banco::shm_switch
