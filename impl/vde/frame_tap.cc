#include "impl/vde/frame_tap.hh"

#include <endian.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "impl/vde/virtio_net_header.hh"

namespace banco::vde {
namespace {

// Frames of the kernel are at most 64 KiB and their headers.
constexpr std::size_t kReadBytes = sizeof(virtio_net_hdr_v1) + (std::size_t{68} << 10);

}  // namespace

std::uint64_t segment_count(const virtio_net_hdr_v1& header, std::size_t frame_bytes) noexcept {
  const std::size_t segment_bytes = le16toh(header.gso_size);
  const std::size_t header_bytes = le16toh(header.hdr_len);
  if (segment_bytes == 0 || header_bytes >= frame_bytes) return 1;
  return (frame_bytes - header_bytes + segment_bytes - 1) / segment_bytes;
}

FrameTap::FrameTap(base::FileDescriptor tap) : tap_(std::move(tap)), read_(kReadBytes) {}

std::optional<std::size_t> FrameTap::take_segment(std::span<std::byte> buffer) noexcept {
  for (PlainFrame plain; segmenter_ && segmenter_->next(plain);) {
    const std::size_t frame_bytes = plain.headers.size() + plain.payload.size();
    if (frame_bytes > buffer.size() || frame_bytes < kMinFrameBytes) {
      ++dropped_count_;
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

std::optional<std::size_t> FrameTap::receive(std::span<std::byte> buffer) noexcept {
  for (;;) {
    if (const auto frame_bytes = take_segment(buffer)) return frame_bytes;
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
    if (segmenter_->frame_count() == 0) ++dropped_count_;
  }
}

void FrameTap::write(const virtio_net_hdr_v1& header, std::span<const std::byte> frame) noexcept {
  std::array<iovec, 2> parts{{{const_cast<virtio_net_hdr_v1*>(&header), sizeof(header)},
                              {const_cast<std::byte*>(frame.data()), frame.size()}}};
  if (::writev(tap_.number(), parts.data(), static_cast<int>(parts.size())) >= 0) return;
  not_taken_count_ += segment_count(header, frame.size());
}

void FrameTap::send(std::span<const std::byte> frame) noexcept {
  coalescer_.add(frame, [this](const auto& header, auto bytes) { write(header, bytes); });
}

void FrameTap::flush() noexcept {
  coalescer_.flush([this](const auto& header, auto bytes) { write(header, bytes); });
}

}  // namespace banco::vde
