// End: where a wire ends: a network that frames come from and go to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "impl/wire/time.hh"

namespace banco::wire {

class End {
 public:
  struct Arrival {
    std::size_t frame_bytes;
    Time at;
  };

  virtual ~End() = default;

  // Puts the next frame into `buffer` if one is here; does not wait. `now` is taken for its time unless the
  // end knows better.
  virtual std::optional<Arrival> receive(std::span<std::byte> buffer, Time now) noexcept = 0;
  // False when the frame was dropped.
  virtual bool send(std::span<const std::byte> frame) noexcept = 0;

  // Frames that were sent since the last time go now, at the latest.
  virtual void flush() noexcept {}

  // Readable (level-triggered) when a frame is here and fall_asleep() said true.
  virtual int data_descriptor() const noexcept = 0;
  // False when there is a frame to receive, so that this is no time to sleep.
  virtual bool fall_asleep() noexcept { return true; }
  // Frames lost at this end since the last call: sent faster than they were received; not taken by who is
  // behind it.
  virtual std::uint64_t take_ingress_drops() noexcept { return 0; }
  virtual std::uint64_t take_egress_drops() noexcept { return 0; }
  // -1 where there is none; readable when the network has gone.
  virtual int hang_up_descriptor() const noexcept { return -1; }
  // The network behind it has gone.
  virtual bool is_closed() const noexcept { return false; }
};

}  // namespace banco::wire
