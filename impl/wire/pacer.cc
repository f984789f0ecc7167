#include "impl/wire/pacer.hh"

#include <algorithm>
#include <cmath>

namespace banco::wire {

Time Pacer::send(Time now, std::size_t frame_bytes) noexcept {
  if (is_unlimited()) return now;
  const double size_bytes = static_cast<double>(frame_bytes + rate_.overhead_bytes);
  const double bytes_a_ns = rate_.bps / 8e9;
  double wait_ns = 0;
  if (rate_.burst_bytes == 0) {
    wait_ns = size_bytes / bytes_a_ns;
  } else {
    const double elapsed_ns = static_cast<double>((now - filled_).count());
    tokens_bytes_ = std::min(static_cast<double>(rate_.burst_bytes), tokens_bytes_ + elapsed_ns * bytes_a_ns);
    wait_ns = std::max(0.0, (size_bytes - tokens_bytes_) / bytes_a_ns);
    tokens_bytes_ = std::max(0.0, tokens_bytes_ - size_bytes);
  }
  wait_ns += carried_ns_;
  const double whole_ns = std::floor(wait_ns);
  carried_ns_ = wait_ns - whole_ns;
  const Time done = now + Time(static_cast<Time::rep>(whole_ns));
  filled_ = done;
  return done;
}

}  // namespace banco::wire
