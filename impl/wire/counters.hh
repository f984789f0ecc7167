// Counters of one direction of a wire.
#pragma once

#include <cstdint>

namespace banco::wire {

struct Counters {
  std::uint64_t frames_in = 0;
  std::uint64_t bytes_in = 0;
  std::uint64_t frames_out = 0;
  std::uint64_t bytes_out = 0;
  // Frames that did not arrive, by reason.
  std::uint64_t dropped_mtu = 0;
  std::uint64_t dropped_loss = 0;
  std::uint64_t dropped_queue = 0;    // the queue before the rate was full
  std::uint64_t dropped_aqm = 0;      // by CoDel or FQ-CoDel
  std::uint64_t dropped_line = 0;     // more was on its way than the wire may remember
  std::uint64_t dropped_ingress = 0;  // came faster than the wire could take them
  std::uint64_t dropped_egress = 0;   // refused by the network behind the wire
  // Frames that did, but not as they were sent.
  std::uint64_t duplicated = 0;
  std::uint64_t corrupted = 0;
  std::uint64_t reordered = 0;
  std::uint64_t marked = 0;  // congestion experienced
};

}  // namespace banco::wire
