#include "impl/wire/capture.hh"

#include <sys/socket.h>

#include <chrono>

#include "impl/base/system_error.hh"
#include "impl/vde/ethernet.hh"

namespace banco::wire {
namespace {

constexpr std::size_t kBuffer_bytes = std::size_t{1} << 20;

std::uint64_t realtime_ns() {
  return static_cast<std::uint64_t>(
      std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count());
}

}  // namespace

Captures::~Captures() {
  for (Stream& stream : streams_) {
    add_statistics(stream);
    send_all(stream);
    loop_.forget(stream.socket);
  }
}

void Captures::begin(base::FileDescriptor socket) {
  Stream stream{.socket = std::move(socket), .buffer = base::PcapngBuffer(kBuffer_bytes)};
  stream.buffer.add_section(base::operating_system_text(), "wire");
  stream.buffer.add_interface("left>right", "left to right", vde::kMaxFrameBytes);
  stream.buffer.add_interface("right>left", "right to left", vde::kMaxFrameBytes);
  streams_.push_back(std::move(stream));
  watch(std::prev(streams_.end()), EPOLLIN);
}

void Captures::add(Way way, std::span<const std::byte> frame) noexcept {
  const base::PcapngPacket packet{
      .interface = static_cast<std::uint32_t>(way),
      .time_ns = realtime_ns(),
      .direction = way == kLeftToRight ? base::PcapngDirection::kOutbound : base::PcapngDirection::kInbound,
      .bytes = frame,
      .original_bytes = static_cast<std::uint32_t>(frame.size())};
  for (Stream& stream : streams_) {
    base::PcapngCounts& counts = stream.counts[way];
    ++counts.received_count;
    if (stream.buffer.add_packet(packet)) continue;
    ++counts.dropped_count;
    stream.owes_statistics = true;
  }
}

void Captures::add_statistics(Stream& stream) {
  bool fits = true;
  for (const Way way : kWays)
    fits = fits &&
           stream.buffer.add_statistics(static_cast<std::uint32_t>(way), realtime_ns(), stream.counts[way]);
  stream.owes_statistics = !fits;
}

void Captures::flush() {
  for (Place place = streams_.begin(); place != streams_.end();) {
    const Place next = std::next(place);
    if ((place->watched & EPOLLOUT) == 0) write(place);
    place = next;
  }
}

// False when the rest has to wait.
bool Captures::send_all(Stream& stream) noexcept {
  while (!stream.buffer.bytes().empty()) {
    const auto bytes = stream.buffer.bytes();
    const ssize_t sent =
        ::send(stream.socket.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) {
      stream.buffer.consume(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      return false;
    } else if (errno != EINTR) {
      stream.has_reader = false;
      return true;
    }
  }
  return true;
}

void Captures::write(Place place) {
  Stream& stream = *place;
  bool is_done = true;
  do {
    if (stream.owes_statistics) add_statistics(stream);
    is_done = send_all(stream);
  } while (is_done && stream.has_reader && stream.owes_statistics);
  if (stream.has_reader && !(stream.is_last && is_done))
    return watch(place, (stream.is_last ? 0U : EPOLLIN) | (is_done ? 0U : EPOLLOUT));
  loop_.forget(stream.socket);
  streams_.erase(place);
}

void Captures::watch(Place place, std::uint32_t events) {
  if (place->watched == events) return;
  if (place->watched != 0) loop_.forget(place->socket);
  place->watched = events;
  loop_.watch(place->socket, events, [this, place](std::uint32_t ready) { serve(place, ready); });
}

void Captures::serve(Place place, std::uint32_t ready) {
  if ((ready & EPOLLIN) != 0) {
    std::array<std::byte, 256> words{};  // of no meaning here
    if (::recv(place->socket.number(), words.data(), words.size(), MSG_DONTWAIT) == 0)
      place->is_last = place->owes_statistics = true;
  }
  write(place);
}

}  // namespace banco::wire
