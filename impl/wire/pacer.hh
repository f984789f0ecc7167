// Pacer: when a frame has passed the link, for a link of a given rate.
//
// Theory of operation: without a burst, the link is busy with each frame for the time of its bits, and the
// frame has arrived when the last bit has: what a cable does. With a burst, a token bucket fills with the
// rate up to that many bytes, and a frame passes, in no time, once there are tokens for it: what a policer
// does. Times are kept as doubles of nanoseconds since the last change, so that no rounding adds up.
#pragma once

#include <cstddef>

#include "impl/wire/impairments.hh"

namespace banco::wire {

class Pacer {
 public:
  explicit Pacer(const Rate& rate) noexcept
      : rate_(rate), tokens_bytes_(static_cast<double>(rate.burst_bytes)) {}

  bool is_unlimited() const noexcept { return rate_.bps == 0; }
  // Begins with a frame of `frame_bytes` at `now`; returns when it is through. Requires: the one before is.
  Time send(Time now, std::size_t frame_bytes) noexcept;

 private:
  Rate rate_;
  double tokens_bytes_;
  Time filled_{0};         // when tokens_bytes_ was right
  double carried_ns_ = 0;  // part of a nanosecond that the last frame took beyond its returned time
};

}  // namespace banco::wire
