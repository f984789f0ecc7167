#include "impl/wire/codel.hh"

#include <cmath>

#include "impl/wire/packet.hh"

namespace banco::wire {

Codel::Taken Codel::take(FrameQueue& queue, Time now, const Queue& settings) {
  if (queue.empty()) {
    first_above_time_ = Time(0);
    return {};
  }
  Taken taken{queue.pop(), false};
  if (now - taken.frame->queued < settings.target || queue.bytes() <= kMaxPacketBytes) {
    first_above_time_ = Time(0);
  } else if (first_above_time_ == Time(0)) {
    first_above_time_ = now + settings.interval;
  } else if (now >= first_above_time_) {
    taken.ok_to_drop = true;
  }
  return taken;
}

Time Codel::control_law(Time start, std::uint32_t count, const Queue& settings) {
  const double step_ns = static_cast<double>(settings.interval.count()) / std::sqrt(count);
  return start + Time(static_cast<Time::rep>(step_ns));
}

std::optional<Frame> Codel::pop(FrameQueue& queue, Time now, const Queue& settings, Counters& counters) {
  Taken taken = take(queue, now, settings);
  if (!taken.frame) {
    dropping_ = false;
    return std::nullopt;
  }
  // True when the frame stays: it was marked.
  const auto mark = [&] {
    if (!settings.ecn || !mark_congestion(taken.frame->bytes())) return false;
    ++counters.marked;
    return true;
  };
  if (dropping_) {
    if (!taken.ok_to_drop) dropping_ = false;
    while (dropping_ && now >= drop_next_) {
      ++count_;
      if (mark()) {
        drop_next_ = control_law(drop_next_, count_, settings);
        break;
      }
      ++counters.dropped_aqm;
      taken = take(queue, now, settings);
      if (taken.ok_to_drop) {
        drop_next_ = control_law(drop_next_, count_, settings);
      } else {
        dropping_ = false;
      }
    }
  } else if (taken.ok_to_drop) {
    if (!mark()) {
      ++counters.dropped_aqm;
      taken = take(queue, now, settings);
    }
    dropping_ = true;
    // A drop rate that worked a short while ago is where to begin again.
    const std::uint32_t delta = count_ - last_count_;
    count_ = delta > 1 && now - drop_next_ < 16 * settings.interval ? delta : 1;
    drop_next_ = control_law(now, count_, settings);
    last_count_ = count_;
  }
  return std::move(taken.frame);
}

}  // namespace banco::wire
