// Channel: one direction of a wire. Frames go in, and come out later, changed, twice or not at all.
//
// Theory of operation
//
//     offer ─> MTU ─> loss ─> bit errors ─> duplicate ─> queue ─> rate ─> delay ± jitter ─> take
//                                                        (discipline)     (the line)
//
// as on a real path: the queue is the router's before its slow link, the line is the cable behind it. Both
// are moved on by advance(), in the order of the moments at which things happen and not at which somebody
// looks: what becomes of a frame follows from the seed and from what was offered when, and from nothing else.
// Each kind of decision draws from a stream of random numbers of its own, so that switching one impairment
// on leaves the decisions of the others as they were.
//
// Threads  one.
// Errors   memory that cannot be had counts as a full line.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "impl/wire/coin.hh"
#include "impl/wire/counters.hh"
#include "impl/wire/discipline.hh"
#include "impl/wire/frame.hh"
#include "impl/wire/impairments.hh"
#include "impl/wire/pacer.hh"
#include "impl/wire/random.hh"

namespace banco::wire {

class Channel {
 public:
  // `line_limit_bytes`: what frames on their way may take altogether. `pool` must outlive it.
  Channel(FramePool& pool, std::uint64_t seed, std::uint64_t line_limit_bytes);
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  // From now on. Frames that wait go on waiting; those on the line arrive as they would have.
  void set(const Impairments& impairments, Time now);

  // True when a frame offered now would be taken out at once and unchanged.
  bool is_transparent() const noexcept { return is_transparent_ && line_.empty(); }
  // Counts a frame that passes without being offered. Requires: is_transparent().
  void pass(std::size_t frame_bytes) noexcept;

  // Requires: advance(now) has been called, frame.size() <= vde::kMaxFrameBytes.
  void offer(Time now, std::span<const std::byte> frame) noexcept;
  // When the next frame moves on, kNever when none does.
  Time next_event() const noexcept;
  // Lets everything happen that happens up to `now`.
  void advance(Time now) noexcept;
  // The next frame that has arrived by `now`.
  std::optional<Frame> take(Time now) noexcept;

  Counters& counters() noexcept { return counters_; }
  const Counters& counters() const noexcept { return counters_; }
  std::uint64_t queued_frames() const noexcept { return queue_->frame_count(); }
  std::uint64_t queued_bytes() const noexcept { return queue_->bytes(); }
  std::uint64_t line_frames() const noexcept { return line_.size(); }

 private:
  struct OnLine {
    Time due;
    std::uint64_t number;  // frames due at the same time keep their order
    Frame frame;
    // The heap of the standard library has its greatest in front.
    bool operator<(const OnLine& other) const noexcept {
      return due != other.due ? due > other.due : number > other.number;
    }
  };
  // In front of the rate.
  bool is_lost() noexcept;
  void corrupt(std::span<std::byte> bytes) noexcept;
  void enqueue(Frame frame, Time now);
  void start_sending(Time now);
  // Behind it.
  void put_on_line(Frame frame, Time now);
  Time draw_delay() noexcept;
  bool is_reordered() noexcept;

  FramePool& pool_;
  std::uint64_t seed_;
  std::uint64_t line_limit_bytes_;
  Impairments impairments_;
  bool is_transparent_ = true;
  Counters counters_;

  Random loss_random_;
  Random error_random_;
  Random duplicate_random_;
  Random delay_random_;
  Random reorder_random_;
  Coin loss_;
  Coin duplicate_;
  Coin reorder_;
  std::uint64_t good_bits_ = 0;     // that come before the next bit error
  std::uint64_t trace_frames_ = 0;  // offered since the trace began
  std::size_t trace_next_ = 0;
  std::uint64_t reorder_frames_ = 0;

  std::unique_ptr<Discipline> queue_;
  Pacer pacer_;
  std::optional<Frame> sending_;
  Time sent_at_{0};

  std::vector<OnLine> line_;  // a heap
  std::uint64_t line_number_ = 0;
  std::uint64_t line_bytes_ = 0;
  Time last_due_{0};
};

}  // namespace banco::wire
