// Wire: two channels, one for each direction, with what they have in common: states, timetable, clock.
//
// Theory of operation: advance(now) lets everything happen up to now, in the order of its moments: changes of
// the timetable, steps of the Markov chain, frames that move on. offer() puts a frame in; deliver() hands out
// what has arrived. Nothing here waits, reads a clock or touches a descriptor: forwarder.hh does.
//
// Threads  one.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "impl/wire/channel.hh"
#include "impl/wire/settings.hh"

namespace banco::wire {

class Wire {
 public:
  // Begins at `now`. Requires: settings.seed.
  Wire(Settings settings, Time now);

  // All of `settings` or, when one is wrong, none. Throws std::invalid_argument with a sentence.
  void set(const std::vector<std::string>& settings, Time now);

  // A frame has come at one end, at `now` or a little before. Returns true when it shall pass as it is,
  // at once: then it is not kept.
  bool offer(Way way, Time now, std::span<const std::byte> frame) noexcept;
  // When something happens next; kNever when nothing does by itself.
  Time next_event() const noexcept;
  // Calls `send(way, bytes)` for each frame that has arrived by `now`, in order.
  template <typename Send>
  void deliver(Time now, Send send) {
    advance(now);
    for (const Way way : kWays)
      while (auto frame = channels_[way].take(now_)) send(way, std::as_const(*frame).bytes());
  }

  Channel& channel(Way way) noexcept { return channels_[way]; }
  const Settings& settings() const noexcept { return settings_; }
  const std::string& state() const noexcept { return settings_.states[state_].name; }

 private:
  void advance(Time now) noexcept;
  void enter(std::size_t state, Time now);
  void step(Time now);
  void follow_timetable(Time now);
  bool has_chain() const noexcept;

  Settings settings_;
  FramePool pool_;
  std::array<Channel, 2> channels_;
  Random chain_random_;
  std::size_t state_ = 0;
  Time started_;
  Time now_;
  Time next_step_ = kNever;
  std::size_t timetable_next_ = 0;
};

}  // namespace banco::wire
