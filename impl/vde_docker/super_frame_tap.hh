// SuperFrameTap: a tap whose frames stay as the kernel has them, each behind its virtio_net_hdr_v1, for
// networks that carry both. The same calls as vde::FrameTap.
#pragma once

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <span>
#include <utility>

#include "impl/base/file_descriptor.hh"
#include "impl/vde/frame_tap.hh"
#include "impl/vde/virtio_net_header.hh"

namespace banco::vde_docker {

class SuperFrameTap {
 public:
  // The largest frame with header and tag.
  static constexpr std::size_t kBufferBytes = sizeof(virtio_net_hdr_v1) + 65536 + 18;

  explicit SuperFrameTap(base::FileDescriptor tap) : tap_(std::move(tap)) {}

  std::optional<std::size_t> receive(std::span<std::byte> buffer) noexcept {
    const ssize_t got = ::read(tap_.number(), buffer.data(), buffer.size());
    if (got > static_cast<ssize_t>(sizeof(virtio_net_hdr_v1))) return static_cast<std::size_t>(got);
    if (got >= 0 || errno == EBADFD) is_closed_ = true;
    return std::nullopt;
  }
  void send(std::span<const std::byte> frame) noexcept {
    if (::write(tap_.number(), frame.data(), frame.size()) < 0) not_taken_count_ += frames_in(frame);
  }
  void flush() noexcept {}

  const base::FileDescriptor& descriptor() const noexcept { return tap_; }
  std::uint64_t take_dropped() noexcept { return 0; }
  std::uint64_t take_not_taken() noexcept { return std::exchange(not_taken_count_, 0); }
  bool is_closed() const noexcept { return is_closed_; }

  // Frames of the wire in what receive() gave or send() takes.
  static std::uint64_t frames_in(std::span<const std::byte> frame) noexcept {
    virtio_net_hdr_v1 header;
    if (frame.size() < sizeof(header)) return 1;
    std::memcpy(&header, frame.data(), sizeof(header));
    return vde::segment_count(header, frame.size() - sizeof(header));
  }

 private:
  base::FileDescriptor tap_;
  std::uint64_t not_taken_count_ = 0;
  bool is_closed_ = false;
};

}  // namespace banco::vde_docker
