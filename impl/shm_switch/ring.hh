// One direction of a pair: RingSender puts records in, RingReceiver takes them out. Single producer, single
// consumer. Stands on the shapes of memory.h; who wakes whom is doorbell business (peer.hh).
//
// Trust: the other side may write anything anywhere at any time. Each side keeps its own index for itself and
// only publishes it; what it reads of the other's index is used after a range check; a record's header is
// read once. The worst a peer can do is to make its own frames wrong or to have them dropped.
//
//   sender                                        receiver
//   reserve(n): head - tail + n fits?             front(): head - tail > 0?
//     tail is read again only when not              head is read again only when nothing is left
//   writes the record at head                     copies the record at tail, then judges the copy
//   commit(): head += n             release ──>   acquire
//                                   acquire <──   advance(): tail += n, published every kPublishBytes
//
// Memory: the sender uses only the first `window` bytes of the data (a skip record sends the receiver back to
// the start), and lets the window grow while its budget lasts and the receiver falls behind. So a ring that
// carries an ARP request now and then touches 32 KiB, not 1 MiB.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include "impl/shm_switch/atomics.hh"
#include "impl/shm_switch/memory.h"
#include "impl/shm_switch/ticks.hh"

namespace banco::shm_switch {

constexpr std::size_t kWindowBytesMin = std::size_t{32} << 10;
constexpr std::size_t kWindowLimitMin = std::size_t{4} << 10;
// What all windows of one port may be together: 32 ports stay below 64 MiB.
constexpr std::size_t kWindowsBytesMax = std::size_t{1792} << 10;

// How far ahead of the records cache lines are asked for.
constexpr std::size_t kWriteAheadBytes = 512;
constexpr std::size_t kReadAheadBytes = 256;

constexpr std::uint64_t record_bytes(std::size_t frame_bytes) {
  return (sizeof(shm_record) + frame_bytes + 7) & ~std::uint64_t{7};
}

// How much memory the rings of one port use. Not thread-safe: it belongs to the sending side.
class WindowBudget {
 public:
  // At most half of what is left: receivers that never take anything, for whom windows grow in vain, leave
  // some to the others.
  bool take(std::size_t bytes) noexcept {
    if (used_bytes_ + 2 * bytes > kWindowsBytesMax) return false;
    used_bytes_ += bytes;
    return true;
  }
  void take_always(std::size_t bytes) noexcept { used_bytes_ += bytes; }
  void give_back(std::size_t bytes) noexcept { used_bytes_ -= bytes; }

 private:
  std::size_t used_bytes_ = 0;
};

class RingSender {
 public:
  // `ring` and `data` (SHM_RING_BYTES) stay mapped. Goes on where the ring stands, so that a port can be
  // taken over after fork(2).
  RingSender(shm_ring& ring, std::byte* data) noexcept : ring_(&ring), data_(data) { resume(); }
  // Takes the indices from the memory again: after fork(2), when the parent has gone on sending.
  void resume() noexcept;

  // Room for a record of `frame_bytes` (at most SHM_RECORD_BYTES_MAX), or null when the ring is full. What
  // was reserved is sent by commit(); without it, nothing has happened.
  std::byte* reserve(std::size_t frame_bytes, shm_record_kind kind, WindowBudget& budget) noexcept {
    const std::uint64_t bytes = record_bytes(frame_bytes);
    const std::uint64_t offset = head_ % SHM_RING_BYTES;
    if (offset + bytes > window_bytes_ || head_ + bytes - tail_ > SHM_RING_BYTES) [[unlikely]] {
      if (!make_room(bytes, budget)) return nullptr;
    }
    std::byte* const record = data_ + head_ % SHM_RING_BYTES;
    // The receiver has had these lines in the lap before: asked for now, they are ours when we come to them.
    const std::uint64_t ahead = bytes > kWriteAheadBytes ? bytes : kWriteAheadBytes;
    for (std::uint64_t line = 0; line < bytes; line += SHM_CACHE_LINE_BYTES)
      prefetch_for_writing(record + ahead + line);
    const shm_record header{static_cast<std::uint32_t>(frame_bytes), static_cast<std::uint16_t>(kind), 0};
    std::memcpy(record, &header, sizeof(header));
    reserved_ = head_ + bytes;
    return record + sizeof(header);
  }
  void commit() noexcept {
    head_ = reserved_;
    store_release(ring_->head, head_);
  }

  // Never uses more memory than that, except for one record that is longer. A power of two from
  // kWindowLimitMin on.
  void limit_window(std::size_t bytes) noexcept {
    window_limit_bytes_ = bytes;
    if (window_bytes_ > bytes) window_bytes_ = bytes;
  }
  void count_full() noexcept { add_owned(ring_->dropped_frames, std::uint64_t{1}); }
  std::size_t window_bytes() const noexcept { return window_bytes_; }
  // Whether the receiver has taken anything since waited_in_vain().
  bool is_worth_waiting_for() noexcept { return tail_ != tail_waited_for_; }
  void waited_in_vain() noexcept { tail_waited_for_ = tail_; }
  // Whether nothing was sent since this was asked last.
  bool is_idle() noexcept { return head_ == std::exchange(head_at_last_look_, head_); }
  // Gives the memory beyond the smallest window back to the kernel if nothing is under way.
  bool shrink(WindowBudget& budget) noexcept;

 private:
  bool make_room(std::uint64_t bytes, WindowBudget& budget) noexcept;
  bool wrap(std::uint64_t bytes) noexcept;
  bool grow(std::uint64_t bytes, WindowBudget& budget) noexcept;
  bool fits_here(std::uint64_t bytes) const noexcept {
    return head_ % SHM_RING_BYTES + bytes <= window_bytes_ && head_ + bytes - tail_ <= SHM_RING_BYTES;
  }
  void read_tail() noexcept;

  shm_ring* ring_;
  std::byte* data_;
  std::uint64_t head_ = 0;      // ours; the memory has a copy for the receiver
  std::uint64_t reserved_ = 0;  // head after commit()
  std::uint64_t tail_ = 0;      // the receiver's, when last read
  std::size_t window_bytes_ = kWindowBytesMin;
  std::size_t window_limit_bytes_ = SHM_RING_BYTES;
  bool dropped_in_window_ = false;
  bool is_full_ = false;
  std::uint64_t full_since_ticks_ = 0;
  std::uint64_t head_at_last_look_ = 0;
  std::uint64_t tail_waited_for_ = ~std::uint64_t{0};
};

struct Record {
  shm_record_kind kind;
  const std::byte* content;
  std::size_t frame_bytes;
};

class RingReceiver {
 public:
  RingReceiver(shm_ring& ring, const std::byte* data) noexcept : ring_(&ring), data_(data) { resume(); }
  void resume() noexcept;

  // Whether something lies in the ring; true for rubbish too.
  bool has_more() noexcept {
    if (tail_ != head_) return true;
    // A head that is not at a record's end, which only a hostile sender writes, must not look like a record
    // for ever.
    head_ = load_acquire(ring_->head) & ~std::uint64_t{7};
    return tail_ != head_;
  }
  // The oldest record, at most once the same; the content stays writable for the sender: copy, then judge.
  // False when there is none. `malformed` grows by one for each piece of rubbish that was stepped over.
  bool front(Record& record, std::uint64_t& malformed) noexcept {
    if (!has_more()) return false;
    return read_record(record) || front_slowly(record, malformed);
  }
  // Takes what front() showed.
  void advance() noexcept {
    tail_ = next_;
    if (tail_ - published_ >= kPublishBytes || tail_ == head_) publish();
  }

 private:
  // The sender sees room in steps: its cache line is not pulled for each frame.
  static constexpr std::uint64_t kPublishBytes = 8 << 10;

  void publish() noexcept {
    published_ = tail_;
    store_release(ring_->tail, tail_);
  }
  // The record at tail, if there is one that can be.
  bool read_record(Record& record) noexcept {
    const std::uint64_t available = head_ - tail_;
    const std::uint64_t offset = tail_ % SHM_RING_BYTES;
    const std::byte* const start = data_ + offset;
    const auto header =
        std::bit_cast<shm_record>(load_relaxed(*reinterpret_cast<const std::uint64_t*>(start)));
    const std::uint64_t bytes = record_bytes(header.frame_bytes);
    if ((header.kind != SHM_RECORD_FRAME && header.kind != SHM_RECORD_OFFLOAD) ||
        header.frame_bytes > SHM_RECORD_BYTES_MAX || available > SHM_RING_BYTES || bytes > available ||
        offset + bytes > SHM_RING_BYTES) [[unlikely]]
      return false;
    record = {static_cast<shm_record_kind>(header.kind), start + sizeof(shm_record), header.frame_bytes};
    next_ = tail_ + bytes;
    // No further than what the sender has written: it would lose the line.
    const std::uint64_t ahead = bytes > kReadAheadBytes ? bytes : kReadAheadBytes;
    for (std::uint64_t line = ahead; line < ahead + bytes && line < available; line += SHM_CACHE_LINE_BYTES)
      __builtin_prefetch(start + line);
    return true;
  }
  bool front_slowly(Record& record, std::uint64_t& malformed) noexcept;
  bool skip() noexcept;
  void give_up() noexcept;

  shm_ring* ring_;
  const std::byte* data_;
  std::uint64_t tail_ = 0;  // ours
  std::uint64_t next_ = 0;  // tail after advance()
  std::uint64_t published_ = 0;
  std::uint64_t head_ = 0;  // the sender's, when last read
};

}  // namespace banco::shm_switch
