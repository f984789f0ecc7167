#include "impl/base/event_loop.hh"

#include <array>
#include <utility>

#include "impl/base/system_error.hh"

namespace banco::base {

EventLoop::EventLoop() : epoll_(check_system_call("epoll_create1", ::epoll_create1(EPOLL_CLOEXEC))) {}

void EventLoop::watch(const FileDescriptor& descriptor, std::uint32_t events, Handler handler) {
  watch_number(descriptor.number(), events, std::move(handler));
}

void EventLoop::watch_number(int number, std::uint32_t events, Handler handler) {
  epoll_event event{};
  event.events = events;
  event.data.fd = number;
  check_system_call("epoll_ctl EPOLL_CTL_ADD", ::epoll_ctl(epoll_.number(), EPOLL_CTL_ADD, number, &event));
  handlers_[number] = std::move(handler);
}

void EventLoop::forget(const FileDescriptor& descriptor) {
  forget_number(descriptor.number());
}

void EventLoop::forget_number(int number) {
  check_system_call("epoll_ctl EPOLL_CTL_DEL", ::epoll_ctl(epoll_.number(), EPOLL_CTL_DEL, number, nullptr));
  handlers_.erase(number);
}

bool EventLoop::run_once(std::chrono::milliseconds timeout) {
  std::array<epoll_event, 16> ready{};
  const int count = ::epoll_wait(epoll_.number(), ready.data(), static_cast<int>(ready.size()),
                                 static_cast<int>(timeout.count()));
  if (count < 0) {
    if (errno == EINTR) return true;
    throw SystemError(errno, "epoll_wait");
  }
  for (int i = 0; i < count; ++i) {
    const auto found = handlers_.find(ready[static_cast<std::size_t>(i)].data.fd);
    if (found == handlers_.end()) continue;  // forgotten by an earlier handler of this round
    const Handler handler = found->second;   // a copy, so that it may forget itself
    handler(ready[static_cast<std::size_t>(i)].events);
  }
  return count > 0;
}

}  // namespace banco::base
