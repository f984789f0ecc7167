// Impairments: what a wire does to the frames of one direction, as long as one state of it lasts.
// settings.hh reads them from text; channel.hh carries them out.
//
// Units   std::chrono for time; `_bps` bits per second, `_bytes`, `_ratio` 0..1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "impl/vde/ethernet.hh"
#include "impl/wire/time.hh"

namespace banco::wire {

// How a frame's delay differs from the mean.
struct Jitter {
  enum class Shape {
    kUniform,  // from -spread to +spread
    kNormal,   // standard deviation: spread
    kPareto,   // standard deviation: spread; most a little early, few very late
    kTable,    // a line of the table, in units of spread
  };
  Time spread{0};
  Shape shape = Shape::kUniform;
  std::shared_ptr<const std::vector<double>> table;
};

struct Loss {
  double ratio = 0;
  double mean_burst_frames = 0;  // 0: each frame on its own
  // Numbers of the frames that are lost, ascending, the first frame is 1; in place of the ratio.
  std::shared_ptr<const std::vector<std::uint64_t>> trace;
};

// A frame that is reordered is not delayed, and so overtakes those before it.
struct Reordering {
  double ratio = 0;
  double correlation = 0;
  std::uint64_t gap = 1;  // frames from one that is chosen to the next, at least
};

// The link's speed. A frame takes its bits' time; with a burst, a token bucket lets so many bytes pass at
// once.
struct Rate {
  double bps = 0;  // 0: no limit
  std::uint64_t burst_bytes = 0;
  std::uint64_t overhead_bytes = 0;  // counted with every frame: preamble, check sequence, gap

  bool operator==(const Rate&) const = default;
};

// Where frames wait for the rate.
struct Queue {
  enum class Discipline { kTailDrop, kCodel, kFqCodel };
  Discipline discipline = Discipline::kTailDrop;
  std::uint64_t frames_limit = 1000;
  std::uint64_t bytes_limit = std::numeric_limits<std::uint64_t>::max();
  Time target = std::chrono::milliseconds(5);
  Time interval = std::chrono::milliseconds(100);
  bool ecn = false;  // marks frames that can be marked in place of dropping them
  std::uint32_t flow_count = 1024;
  std::uint32_t quantum_bytes = 1514;

  bool operator==(const Queue&) const = default;
};

struct Impairments {
  Time delay{0};
  Jitter jitter;
  bool fifo = true;  // no frame leaves before one that came before it, unless it is chosen by `reordering`
  Loss loss;
  double duplicate_ratio = 0;
  double bit_error_ratio = 0;
  Reordering reordering;
  Rate rate;
  Queue queue;
  std::size_t mtu_bytes = vde::kMaxMtuBytes;
};

}  // namespace banco::wire
