// Discipline: which frame goes next when several wait for the rate, and which are dropped.
#pragma once

#include <memory>
#include <optional>

#include "impl/wire/counters.hh"
#include "impl/wire/frame.hh"
#include "impl/wire/impairments.hh"

namespace banco::wire {

class Discipline {
 public:
  virtual ~Discipline() = default;

  // Takes `frame`, whose wait began at frame.queued; drops it or another when the limit is reached.
  virtual void push(Frame frame) = 0;
  // The next frame to go, if there is one left after what the discipline drops.
  virtual std::optional<Frame> pop(Time now) = 0;

  virtual std::uint64_t frame_count() const = 0;
  virtual std::uint64_t bytes() const = 0;
};

// `flow_seed` decides which flows of FQ-CoDel share a queue. `counters` must outlive it.
std::unique_ptr<Discipline> make_discipline(const Queue& queue, std::uint64_t flow_seed, Counters& counters);

}  // namespace banco::wire
