// Codel: drops from a queue in which frames have waited longer than a target for a whole interval.
//
// Source  RFC 8289 section 5, whose names the members keep.
#pragma once

#include <optional>

#include "impl/wire/counters.hh"
#include "impl/wire/frame_queue.hh"
#include "impl/wire/impairments.hh"

namespace banco::wire {

class Codel {
 public:
  // The next frame of `queue` that is not dropped. With settings.ecn, a frame that can be marked is marked
  // instead.
  std::optional<Frame> pop(FrameQueue& queue, Time now, const Queue& settings, Counters& counters);

 private:
  // Frames below this are no standing queue.
  static constexpr std::uint64_t kMaxPacketBytes = 1514;

  struct Taken {
    std::optional<Frame> frame;
    bool ok_to_drop = false;
  };
  Taken take(FrameQueue& queue, Time now, const Queue& settings);
  static Time control_law(Time start, std::uint32_t count, const Queue& settings);

  Time first_above_time_{0};  // 0: not above the target
  Time drop_next_{0};
  std::uint32_t count_ = 0;
  std::uint32_t last_count_ = 0;
  bool dropping_ = false;
};

}  // namespace banco::wire
