// Forwarder: the loop that moves frames from each end of a wire through it to the other.
//
// Theory of operation: while frames come, both ends are emptied in turn, some at a time, and what has arrived
// is sent on; the event loop is asked only now and then, without waiting. When nothing moved, it sleeps until
// a descriptor is ready or the next moment of the wire, by a timerfd: epoll's own time-outs may be late by a
// timer slack of 50 us or a thousandth, whichever is more. Waking up takes time too, some 70 us on a virtual
// machine: the timer is set earlier by what it was late of late, and what is left then is spent looking.
#pragma once

#include <array>
#include <vector>

#include "impl/base/event_loop.hh"
#include "impl/wire/capture.hh"
#include "impl/wire/end.hh"
#include "impl/wire/wire.hh"

namespace banco::wire {

class Forwarder {
 public:
  // All must outlive it. Throws SystemError.
  Forwarder(base::EventLoop& loop, Wire& wire, End& left, End& right, Captures& captures);
  ~Forwarder();
  Forwarder(const Forwarder&) = delete;
  Forwarder& operator=(const Forwarder&) = delete;

  // Moves what there is and waits for more, once. Throws what handlers of the loop throw.
  void run_once();
  // One of the ends has gone.
  bool is_over() const noexcept { return ends_[0]->is_closed() || ends_[1]->is_closed(); }

 private:
  // Frames that were moved.
  std::size_t move_from(Way way, Time now) noexcept;
  std::size_t deliver(Time now) noexcept;
  void send(Way way, std::span<const std::byte> frame) noexcept;
  void sleep();
  void set_timer(Time when);
  void timer_rang();

  base::EventLoop& loop_;
  Wire& wire_;
  std::array<End*, 2> ends_;  // by the way that starts there
  Captures& captures_;
  base::FileDescriptor timer_;
  Time timer_set_to_ = kNever;
  Time lead_{0};  // how late the timer was, on average
  unsigned busy_rounds_ = 0;
  std::size_t stream_count_ = 0;  // frames since the last sleep
  Time busy_at_{0};
  std::vector<std::byte> buffer_;
};

}  // namespace banco::wire
