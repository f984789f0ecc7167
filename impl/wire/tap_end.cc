#include "impl/wire/tap_end.hh"

#include <endian.h>
#include <net/if.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "impl/vde/tap.hh"
#include "impl/vde/virtio_net_header.hh"

namespace banco::wire {
namespace {

// Frames of the kernel are at most 64 KiB and their headers.
constexpr std::size_t kReadBytes = sizeof(virtio_net_hdr_v1) + (std::size_t{68} << 10);

const std::string& checked(const std::string& device) {
  if (device.empty() || device.size() >= IFNAMSIZ || device.find('/') != std::string::npos)
    throw std::invalid_argument("tap://" + device + ": the name of a device has 1 to 15 characters");
  return device;
}

}  // namespace

TapEnd::TapEnd(const std::string& device) : tap_(vde::open_tap(checked(device), true)), read_(kReadBytes) {}

std::optional<std::size_t> TapEnd::take_segment(std::span<std::byte> buffer) noexcept {
  for (vde::PlainFrame plain; segmenter_ && segmenter_->next(plain);) {
    const std::size_t frame_bytes = plain.headers.size() + plain.payload.size();
    if (frame_bytes > buffer.size() || frame_bytes < vde::kMinFrameBytes) {
      ++dropped_;
      continue;
    }
    if (!plain.headers.empty()) std::memcpy(buffer.data(), plain.headers.data(), plain.headers.size());
    if (!plain.payload.empty())
      std::memcpy(buffer.data() + plain.headers.size(), plain.payload.data(), plain.payload.size());
    return frame_bytes;
  }
  segmenter_.reset();
  return std::nullopt;
}

std::optional<End::Arrival> TapEnd::receive(std::span<std::byte> buffer, Time now) noexcept {
  for (;;) {
    if (const auto frame_bytes = take_segment(buffer)) return Arrival{*frame_bytes, now};
    const ssize_t got = ::read(tap_.number(), read_.data(), read_.size());
    if (got < static_cast<ssize_t>(sizeof(virtio_net_hdr_v1))) {
      // A tap that is down says EIO; it may come up again.
      if (got >= 0 || errno == EBADFD) is_closed_ = true;
      return std::nullopt;
    }
    virtio_net_hdr_v1 header;
    std::memcpy(&header, read_.data(), sizeof(header));
    segmenter_.emplace(header, std::span(std::as_const(read_))
                                   .first(static_cast<std::size_t>(got))
                                   .subspan(sizeof(virtio_net_hdr_v1)));
    if (segmenter_->frame_count() == 0) ++dropped_;
  }
}

void TapEnd::write(const virtio_net_hdr_v1& header, std::span<const std::byte> frame) noexcept {
  std::array<iovec, 2> parts{{{const_cast<virtio_net_hdr_v1*>(&header), sizeof(header)},
                              {const_cast<std::byte*>(frame.data()), frame.size()}}};
  if (::writev(tap_.number(), parts.data(), static_cast<int>(parts.size())) >= 0) return;
  const std::size_t segment_bytes = le16toh(header.gso_size);
  not_taken_ +=
      segment_bytes == 0 ? 1 : (frame.size() - le16toh(header.hdr_len) + segment_bytes - 1) / segment_bytes;
}

bool TapEnd::send(std::span<const std::byte> frame) noexcept {
  coalescer_.add(frame, [this](const auto& header, auto bytes) { write(header, bytes); });
  return true;
}

void TapEnd::flush() noexcept {
  coalescer_.flush([this](const auto& header, auto bytes) { write(header, bytes); });
}

}  // namespace banco::wire
