// Frame: one Ethernet frame on its way through a wire, and FramePool, whose memory it returns to.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "impl/wire/time.hh"

namespace banco::wire {

class FramePool;

class Frame {
 public:
  std::span<std::byte> bytes() noexcept { return {storage_.get(), size_bytes_}; }
  std::span<const std::byte> bytes() const noexcept { return {storage_.get(), size_bytes_}; }
  std::size_t size_bytes() const noexcept { return size_bytes_; }

  Time queued{0};  // when it began to wait

 private:
  friend class FramePool;
  struct Recycle {
    FramePool* pool;
    bool large;
    void operator()(std::byte* storage) const noexcept;
  };
  Frame(std::unique_ptr<std::byte[], Recycle> storage, std::size_t size_bytes) noexcept
      : storage_(std::move(storage)), size_bytes_(size_bytes) {}

  std::unique_ptr<std::byte[], Recycle> storage_;
  std::size_t size_bytes_;
};

// Memory in two sizes, so that a full queue of small frames costs 2 KiB each and not 9.
// Owner  one thread. Outlives its frames.
class FramePool {
 public:
  // A copy of `bytes`, at most vde::kMaxFrameBytes. Throws std::bad_alloc.
  Frame copy(std::span<const std::byte> bytes);

 private:
  friend struct Frame::Recycle;
  using Storage = std::unique_ptr<std::byte[]>;
  std::vector<Storage> small_;
  std::vector<Storage> large_;
};

}  // namespace banco::wire
