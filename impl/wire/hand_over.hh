// HandOver: frames from one thread to another, without either waiting for the other.
//
// Shape   a ring of records: { u32 frame_bytes | u32 0 | i64 time_ns } frame, padded to 16 bytes; frame_bytes
// = ~0 says
//         that the rest of the ring up to its end is not used.
// Owner   the giver writes head_ and records, the taker tail_. The bell is an eventfd: rung by the giver
//         if the taker has armed it, silenced by the taker when it arms it.
// Threads one giver, one taker. Records are published by release and acquire of head_ and tail_; arming and
// putting
//         are ordered by full fences, so that one of both sides sees what the other did.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "impl/base/file_descriptor.hh"
#include "impl/wire/end.hh"

namespace banco::wire {

class HandOver {
 public:
  // The bell is armed. Throws SystemError, std::bad_alloc.
  HandOver();

  // Giver: false when there is no room. Requires: frame.size() <= vde::kMaxFrameBytes.
  bool put(std::span<const std::byte> frame, Time time) noexcept;
  // Giver: rings the bell if it is armed. After put().
  void ring() noexcept;
  void ring_always() noexcept;

  // Taker: how long the next frame is, if one is here.
  std::optional<std::size_t> front_bytes() noexcept;
  // Taker: copies it out. Requires: front_bytes() is there, and not more than `buffer`.
  End::Arrival take(std::span<std::byte> buffer) noexcept;
  // Taker: forgets it. Requires: front_bytes() is there.
  void skip() noexcept;
  // Taker: arms the bell, which is silent from now until there is a frame. False when there is one already.
  bool arm() noexcept;

  const base::FileDescriptor& bell() const noexcept { return bell_; }

 private:
  static constexpr std::size_t kRingBytes = std::size_t{1} << 20;
  static constexpr std::uint32_t kUnused = ~std::uint32_t{0};
  struct Header {
    std::uint32_t frame_bytes;
    std::uint32_t zero;
    std::int64_t time_ns;
  };
  static_assert(sizeof(Header) == 16);
  static constexpr std::size_t record_bytes(std::size_t frame_bytes) {
    return (sizeof(Header) + frame_bytes + 15) / 16 * 16;
  }
  std::byte* at(std::uint64_t index) noexcept { return ring_.data() + index % kRingBytes; }
  Header header_at(std::uint64_t index) noexcept;

  std::vector<std::byte> ring_;
  base::FileDescriptor bell_;
  alignas(64) std::atomic<std::uint64_t> head_{0};
  std::uint64_t tail_seen_ = 0;  // the giver's
  alignas(64) std::atomic<std::uint64_t> tail_{0};
  std::uint64_t head_seen_ = 0;  // the taker's
  alignas(64) std::atomic<bool> armed_{true};
};

}  // namespace banco::wire
