// FrameQueue: frames in order, and how many bytes they are.
#pragma once

#include <cstdint>
#include <deque>
#include <utility>

#include "impl/wire/frame.hh"

namespace banco::wire {

class FrameQueue {
 public:
  bool empty() const noexcept { return frames_.empty(); }
  std::uint64_t frame_count() const noexcept { return frames_.size(); }
  std::uint64_t bytes() const noexcept { return bytes_; }

  void push(Frame frame) {
    bytes_ += frame.size_bytes();
    frames_.push_back(std::move(frame));
  }
  // Requires: not empty().
  Frame pop() {
    Frame frame = std::move(frames_.front());
    frames_.pop_front();
    bytes_ -= frame.size_bytes();
    return frame;
  }

 private:
  std::deque<Frame> frames_;
  std::uint64_t bytes_ = 0;
};

}  // namespace banco::wire
