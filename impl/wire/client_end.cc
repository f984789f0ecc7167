#include "impl/wire/client_end.hh"

#include <cerrno>

#include "impl/vde/ethernet.hh"

namespace banco::wire {

std::optional<End::Arrival> ClientEnd::receive(std::span<std::byte> buffer, Time /*now*/) noexcept {
  if (!to_wire_.front_bytes()) return std::nullopt;
  return to_wire_.take(buffer);
}

bool ClientEnd::send(std::span<const std::byte> frame) noexcept {
  if (!to_client_.put(frame, Time(0))) return false;
  to_client_.ring();
  return true;
}

namespace {

std::uint64_t taken(std::atomic<std::uint64_t>& count) noexcept {
  return count.load(std::memory_order_relaxed) == 0 ? 0 : count.exchange(0, std::memory_order_relaxed);
}

}  // namespace

std::uint64_t ClientEnd::take_ingress_drops() noexcept {
  return taken(overflow_);
}

std::uint64_t ClientEnd::take_egress_drops() noexcept {
  return taken(oversize_);
}

void ClientEnd::close() noexcept {
  is_over_.store(true, std::memory_order_seq_cst);
  to_client_.ring_always();
}

// The descriptor says at any time whether there is another frame, for clients that take one each time they
// wake.
void ClientEnd::wait_for_frames() noexcept {
  to_client_.arm();
  if (is_over_.load(std::memory_order_seq_cst)) to_client_.ring_always();
}

ssize_t ClientEnd::client_send(std::span<const std::byte> frame) noexcept {
  // What is too short or too long for Ethernet is dropped, as a cable would: never 0, which wedges QEMU.
  const auto size = static_cast<ssize_t>(frame.size());
  if (frame.size() < vde::kMinFrameBytes || frame.size() > vde::kMaxFrameBytes) return size == 0 ? 1 : size;
  if (to_wire_.put(frame, monotonic_now())) {
    to_wire_.ring();
  } else {
    overflow_.fetch_add(1, std::memory_order_relaxed);
  }
  return size;
}

ssize_t ClientEnd::client_receive(std::span<std::byte> buffer) noexcept {
  while (const auto frame_bytes = to_client_.front_bytes()) {
    if (*frame_bytes > buffer.size()) {
      to_client_.skip();  // a frame cut short would be a broken one
      oversize_.fetch_add(1, std::memory_order_relaxed);
      continue;
    }
    const ssize_t size = static_cast<ssize_t>(to_client_.take(buffer).frame_bytes);
    if (!to_client_.front_bytes()) wait_for_frames();
    return size;
  }
  if (is_over_.load(std::memory_order_acquire)) {
    errno = ECONNRESET;
    return -1;
  }
  wait_for_frames();
  errno = EAGAIN;
  return 1;
}

}  // namespace banco::wire
