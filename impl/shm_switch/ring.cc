#include "impl/shm_switch/ring.hh"

#include <sys/mman.h>

#include <algorithm>

namespace banco::shm_switch {
namespace {

// How long a sender believes that a full ring is full: reading the receiver's index for each frame of a flood
// would take its cache line away from it all the time, and the receiver would crawl.
constexpr std::uint64_t kFullTicks = 2 * kTicksPerMicrosecondLeast;

std::uint64_t start_of_next_lap(std::uint64_t index) {
  return (index / SHM_RING_BYTES + 1) * SHM_RING_BYTES;
}

}  // namespace

void RingSender::resume() noexcept {
  head_ = load_relaxed(ring_->head) & ~std::uint64_t{7};
  read_tail();
}

// A tail that cannot be counts as one that has not moved since the ring was full.
void RingSender::read_tail() noexcept {
  const std::uint64_t tail = load_acquire(ring_->tail);
  tail_ = head_ - tail <= SHM_RING_BYTES ? tail : head_ - SHM_RING_BYTES;
}

// Goes to the start of the data, where the receiver finds itself by a skip record.
bool RingSender::wrap(std::uint64_t bytes) noexcept {
  const std::uint64_t lap = start_of_next_lap(head_);
  const std::uint64_t offset = head_ % SHM_RING_BYTES;
  if (offset == 0 || bytes > window_bytes_ || lap + bytes - tail_ > SHM_RING_BYTES) return false;
  const shm_record skip{0, SHM_RECORD_SKIP, 0};
  std::memcpy(data_ + offset, &skip, sizeof(skip));
  head_ = lap;  // seen by the receiver with the record that follows
  return true;
}

// Lets the window grow until `bytes` fit at head.
bool RingSender::grow(std::uint64_t bytes, WindowBudget& budget) noexcept {
  while (window_bytes_ < SHM_RING_BYTES && head_ + bytes - tail_ <= SHM_RING_BYTES) {
    if (window_bytes_ >= window_limit_bytes_ || !budget.take(window_bytes_)) {
      // One record must always fit into an empty ring, however poor the port.
      if (bytes <= window_bytes_ && head_ != tail_) return false;
      budget.take_always(window_bytes_);
    }
    window_bytes_ *= 2;
    dropped_in_window_ = false;
    if (fits_here(bytes)) return true;
  }
  return false;
}

bool RingSender::make_room(std::uint64_t bytes, WindowBudget& budget) noexcept {
  // A difference, since a suspended machine may begin to count anew.
  if (is_full_ && ticks() - full_since_ticks_ < kFullTicks) return false;
  is_full_ = false;
  read_tail();
  if (fits_here(bytes)) return true;
  if (head_ % SHM_RING_BYTES + bytes > window_bytes_) {
    // The end of the window. A receiver that is half a window behind, or for whom a frame was dropped, needs
    // a larger one; one that keeps up gets the same memory again.
    const bool behind = head_ - tail_ > window_bytes_ / 2 || dropped_in_window_;
    if (behind && grow(bytes, budget)) return true;
    if (wrap(bytes)) return true;
    if (!behind && grow(bytes, budget)) return true;
  }
  dropped_in_window_ = true;
  is_full_ = true;
  full_since_ticks_ = ticks();
  return false;
}

bool RingSender::shrink(WindowBudget& budget) noexcept {
  read_tail();
  if (window_bytes_ <= kWindowBytesMin || head_ != tail_) return false;
  ::madvise(data_ + kWindowBytesMin, window_bytes_ - kWindowBytesMin, MADV_REMOVE);
  const std::size_t smallest = std::min(kWindowBytesMin, window_limit_bytes_);
  budget.give_back(window_bytes_ - smallest);
  window_bytes_ = smallest;
  return true;
}

void RingReceiver::resume() noexcept {
  tail_ = load_relaxed(ring_->tail) & ~std::uint64_t{7};
  published_ = tail_;
  head_ = tail_;
}

// Steps over everything: where the next record starts cannot be known any more.
void RingReceiver::give_up() noexcept {
  tail_ = head_;
  publish();
}

// Steps over a skip record, when one is there and it leads to where the sender has been.
bool RingReceiver::skip() noexcept {
  const std::uint64_t available = head_ - tail_;
  const std::uint64_t word =
      load_relaxed(*reinterpret_cast<const std::uint64_t*>(data_ + tail_ % SHM_RING_BYTES));
  const std::uint64_t lap = start_of_next_lap(tail_);
  if (available > SHM_RING_BYTES || std::bit_cast<shm_record>(word).kind != SHM_RECORD_SKIP ||
      lap - tail_ > available)
    return false;
  tail_ = lap;
  return true;
}

// What has_more() saw is no record that can be taken. A skip record stands at most once before a record.
bool RingReceiver::front_slowly(Record& record, std::uint64_t& malformed) noexcept {
  if (skip()) {
    if (!has_more()) return false;
    if (read_record(record)) return true;
  }
  ++malformed;
  give_up();
  return false;
}

}  // namespace banco::shm_switch
