// The part of Control that speaks to ports: without waiting, and keeping little for those that do not read.
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <chrono>
#include <deque>
#include <new>
#include <utility>

#include "impl/base/system_error.hh"
#include "impl/shm_switch/atomics.hh"
#include "impl/shm_switch/control.hh"
#include "impl/shm_switch/control_port.hh"

namespace banco::shm_switch {
namespace {

using base::FileDescriptor;

constexpr std::chrono::milliseconds kMailRetry{100};

}  // namespace

void Control::publish_mail(const Port& port) {
  std::uint32_t& word = page_->mail[port.number - 1];
  store_release(word, word + 1);
}

bool Control::Port::still_needs(const Message& message) noexcept {
  bool never_joined = false;
  std::erase_if(pending, [&](const Pending& earlier) {
    const Message& old = earlier.message;
    if (message.kind == MessageKind::kSettings) return old.kind == message.kind;
    if (old.number != message.number || old.incarnation != message.incarnation) return false;
    if (message.kind == MessageKind::kPeerSettings) return old.kind == message.kind;
    if (message.kind != MessageKind::kPeerLeft) return false;
    never_joined = never_joined || old.kind == MessageKind::kPeerJoined;
    return old.kind == MessageKind::kPeerJoined || old.kind == MessageKind::kPeerSettings;
  });
  return !never_joined;
}

void Control::send(Port& port, const Message& message, std::vector<FileDescriptor> descriptors) noexcept {
  if (!port.still_needs(message)) return;
  try {
    port.pending.push_back({message, std::move(descriptors)});
  } catch (const std::bad_alloc&) {
    // It would miss something. When it says hello again it is told everything.
    ::shutdown(port.socket.number(), SHUT_RDWR);
    return;
  }
  if (port.pending.size() == 1 && !flush(port)) start_timer();
}

// False when something is left.
bool Control::flush(Port& port) noexcept try {
  while (!port.pending.empty()) {
    const Pending& next = port.pending.front();
    std::vector<const FileDescriptor*> descriptors;
    for (const FileDescriptor& descriptor : next.descriptors) descriptors.push_back(&descriptor);
    const Delivery delivery = send_message(port.socket, next.message, descriptors);
    if (delivery == Delivery::kWouldBlock) return false;
    // A port that is gone is noticed by its socket.
    port.pending.pop_front();
    if (delivery == Delivery::kDone) publish_mail(port);
  }
  return true;
} catch (const std::bad_alloc&) {
  return false;
}

void Control::knock(std::uint32_t number) {
  Port* const port = find(number);
  if (port == nullptr) return;
  port->knocked = !flush(*port);
  port->ring();
}

// Runs only while something waits: an idle switch sleeps. Not put off by who asks for it again and again.
void Control::start_timer() {
  if (std::exchange(timer_runs_, true)) return;
  itimerspec when{};
  when.it_value.tv_nsec = std::chrono::nanoseconds(kMailRetry).count();
  ::timerfd_settime(timer_.number(), 0, &when, nullptr);
}

void Control::on_timer() {
  std::uint64_t expirations = 0;
  [[maybe_unused]] const ssize_t got = ::read(timer_.number(), &expirations, sizeof(expirations));
  timer_runs_ = false;
  bool more = false;
  try {
    if (!listens_) listen();
  } catch (const base::SystemError&) {
    more = true;
  }
  for (const auto& [number, port] : ports_) {
    if (port->pending.empty()) continue;
    const bool done = flush(*port);
    if (port->knocked) port->ring();
    port->knocked = port->knocked && !done;
    more = more || !done;
  }
  if (!expected_.empty()) {
    if (std::chrono::steady_clock::now() < expected_until_) {
      more = true;
    } else {
      // They died while there was no control process: those who still have rings to them can forget them.
      for (const auto& [number, port] : ports_)
        for (const auto& [gone, expected] : expected_) {
          const auto remembered = port->remembers.find(gone);
          if (remembered == port->remembers.end()) continue;
          Message left;
          left.kind = MessageKind::kPeerLeft;
          left.number = gone;
          left.incarnation = remembered->second;
          send(*port, left);
        }
      expected_.clear();
      save();
    }
  }
  if (unsaved_) save();
  if (more) start_timer();
}

}  // namespace banco::shm_switch
