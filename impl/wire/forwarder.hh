// Forwarder: the loop that moves frames from each end of a wire through it to the other.
//
// Theory of operation: while frames come, both ends are emptied in turn, some at a time, and what has arrived
// is sent on; the event loop is asked only now and then, without waiting. When nothing moved, it sleeps until
// a descriptor is ready or the next moment of the wire, by a timerfd: epoll's own time-outs may be late by a
// timer slack of 50 us or a thousandth, whichever is more.
#pragma once

#include <array>
#include <vector>

#include "impl/base/event_loop.hh"
#include "impl/wire/end.hh"
#include "impl/wire/wire.hh"

namespace banco::wire {

class Forwarder {
 public:
  // All must outlive it. Throws SystemError.
  Forwarder(base::EventLoop& loop, Wire& wire, End& left, End& right);
  ~Forwarder();
  Forwarder(const Forwarder&) = delete;
  Forwarder& operator=(const Forwarder&) = delete;

  // Moves what there is and waits for more, once. Throws what handlers of the loop throw.
  void run_once();
  // One of the ends has gone.
  bool is_over() const noexcept { return ends_[0]->is_closed() || ends_[1]->is_closed(); }

 private:
  bool move_from(Way way, Time now) noexcept;
  bool deliver(Time now) noexcept;
  void sleep();

  base::EventLoop& loop_;
  Wire& wire_;
  std::array<End*, 2> ends_;  // by the way that starts there
  base::FileDescriptor timer_;
  Time timer_set_to_ = kNever;
  unsigned busy_rounds_ = 0;
  std::vector<std::byte> buffer_;
};

}  // namespace banco::wire
