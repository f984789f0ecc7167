// EventLoop: epoll(7) with a function per descriptor. One thread, level-triggered.
#pragma once

#include <sys/epoll.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>

#include "impl/base/file_descriptor.hh"

namespace banco::base {

class EventLoop {
 public:
  // Receives the ready EPOLL… events.
  using Handler = std::function<void(std::uint32_t events)>;

  // Throws SystemError.
  EventLoop();

  // Calls `handler` whenever `events` (EPOLLIN, EPOLLOUT …) are ready on `descriptor`, which must stay open
  // until forget(). Requires: not watched already. Throws SystemError.
  void watch(const FileDescriptor& descriptor, std::uint32_t events, Handler handler);
  // The same for a descriptor that somebody else owns.
  void watch_number(int number, std::uint32_t events, Handler handler);
  // May be called from a handler, also for the descriptor it handles. Throws SystemError.
  void forget(const FileDescriptor& descriptor);
  void forget_number(int number);

  // Waits for the first events and calls their handlers; false when `timeout` passed without any.
  // A negative timeout waits for ever. Throws SystemError, and what handlers throw.
  bool run_once(std::chrono::milliseconds timeout = std::chrono::milliseconds(-1));

 private:
  FileDescriptor epoll_;
  std::map<int, Handler> handlers_;
};

}  // namespace banco::base
