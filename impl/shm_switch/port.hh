// Port: one port of a switch: send() forwards a frame to the ports that get it, recv() takes the next one
// that came.
//
// This is where the switch is: there is no process in between. The two directions are sender.hh and
// receiver.hh; what is slow and rare (joining, settings, control that died) is switch_link.hh.
//
// Threads: one thread may send while another receives.
// fork(2): the port belongs to one process. After a fork it goes to the child as soon as the child uses it;
// the parent's calls then do nothing (send drops, recv finds nothing).
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <span>

#include "impl/shm_switch/fork_guard.hh"
#include "impl/shm_switch/receiver.hh"
#include "impl/shm_switch/sender.hh"
#include "impl/shm_switch/switch_link.hh"

namespace banco::shm_switch {

// How long a port waits before it gives up; 0: not at all.
struct Patience {
  // recv() for a frame. With it the data descriptor may stay readable while frames are expected.
  std::chrono::microseconds receive{0};
  // send() for room in the ring of a receiver: no loss where the client can be held up instead.
  std::chrono::microseconds send{0};
};

class Port {
 public:
  // Joins the switch. Throws OpenError, SystemError.
  explicit Port(PortOptions options, Patience patience = {});

  // Passes the frame on. Always its length: a frame that nobody gets is counted, not reported.
  ssize_t send(std::span<const std::byte> frame) noexcept {
    if (guard_.is_owner() || take_over()) [[likely]]
      sender_.send(frame);
    return static_cast<ssize_t>(frame.size());
  }
  // The next frame into `buffer`: its length, or 1 with errno EAGAIN when there is none. A frame longer than
  // the buffer is dropped and counted.
  ssize_t recv(std::span<std::byte> buffer) noexcept;

  // Readable when recv() has a frame.
  const base::FileDescriptor& data_descriptor() const noexcept { return link_.data_descriptor(); }
  // Hangs up when the port has been thrown out of the switch.
  const base::FileDescriptor& hang_up_descriptor() const noexcept { return link_.hang_up_descriptor(); }
  std::uint32_t number() { return link_.membership()->number; }
  const shm_port_page& page() noexcept { return link_.page(); }

 private:
  bool take_over() noexcept;

  SwitchLink link_;
  ForkGuard guard_;
  alignas(SHM_CACHE_LINE_BYTES) Sender sender_;
  alignas(SHM_CACHE_LINE_BYTES) Receiver receiver_;
};

}  // namespace banco::shm_switch
