// Time as the wire counts it.
#pragma once

#include <chrono>
#include <ctime>

namespace banco::wire {

// A moment of CLOCK_MONOTONIC, or a length of time.
using Time = std::chrono::nanoseconds;

inline constexpr Time kNever = Time::max();

inline Time monotonic_now() noexcept {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::chrono::seconds(now.tv_sec) + Time(now.tv_nsec);
}

}  // namespace banco::wire
