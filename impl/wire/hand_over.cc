#include "impl/wire/hand_over.hh"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstring>

#include "impl/base/system_error.hh"

namespace banco::wire {

HandOver::HandOver()
    : ring_(kRingBytes),
      bell_(base::check_system_call("eventfd", ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))) {}

HandOver::Header HandOver::header_at(std::uint64_t index) noexcept {
  Header header;
  std::memcpy(&header, at(index), sizeof(header));
  return header;
}

bool HandOver::put(std::span<const std::byte> frame, Time time) noexcept {
  std::uint64_t head = head_.load(std::memory_order_relaxed);
  const std::size_t bytes = record_bytes(frame.size());
  const std::size_t to_end = kRingBytes - head % kRingBytes;
  const std::size_t wanted = bytes <= to_end ? bytes : to_end + bytes;
  if (head + wanted - tail_seen_ > kRingBytes) {
    tail_seen_ = tail_.load(std::memory_order_acquire);
    if (head + wanted - tail_seen_ > kRingBytes) return false;
  }
  if (bytes > to_end) {
    const Header unused{kUnused, 0, 0};
    std::memcpy(at(head), &unused, sizeof(unused));
    head += to_end;
  }
  const Header header{static_cast<std::uint32_t>(frame.size()), 0, time.count()};
  std::memcpy(at(head), &header, sizeof(header));
  std::memcpy(at(head) + sizeof(header), frame.data(), frame.size());
  head_.store(head + bytes, std::memory_order_release);
  return true;
}

void HandOver::ring() noexcept {
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if (armed_.load(std::memory_order_relaxed) && armed_.exchange(false)) ring_always();
}

void HandOver::ring_always() noexcept {
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(bell_.number(), &one, sizeof(one));
}

std::optional<std::size_t> HandOver::front_bytes() noexcept {
  std::uint64_t tail = tail_.load(std::memory_order_relaxed);
  if (tail == head_seen_) {
    head_seen_ = head_.load(std::memory_order_acquire);
    if (tail == head_seen_) return std::nullopt;
  }
  Header header = header_at(tail);
  if (header.frame_bytes == kUnused) {
    tail += kRingBytes - tail % kRingBytes;
    tail_.store(tail, std::memory_order_release);
    header = header_at(tail);
  }
  return header.frame_bytes;
}

End::Arrival HandOver::take(std::span<std::byte> buffer) noexcept {
  const std::uint64_t tail = tail_.load(std::memory_order_relaxed);
  const Header header = header_at(tail);
  std::memcpy(buffer.data(), at(tail) + sizeof(header), header.frame_bytes);
  tail_.store(tail + record_bytes(header.frame_bytes), std::memory_order_release);
  return {header.frame_bytes, Time(header.time_ns)};
}

void HandOver::skip() noexcept {
  const std::uint64_t tail = tail_.load(std::memory_order_relaxed);
  tail_.store(tail + record_bytes(header_at(tail).frame_bytes), std::memory_order_release);
}

bool HandOver::arm() noexcept {
  std::uint64_t count = 0;
  [[maybe_unused]] const ssize_t read = ::read(bell_.number(), &count, sizeof(count));
  armed_.store(true, std::memory_order_relaxed);
  std::atomic_thread_fence(std::memory_order_seq_cst);
  if (!front_bytes()) return true;
  ring();
  return false;
}

}  // namespace banco::wire
