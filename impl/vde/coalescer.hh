// Coalescer: the opposite of a Segmenter (offload.hh): TCP segments that follow each other become one frame
// as large as 64 KiB, which whoever takes it cuts again in the same places. One system call, and one walk
// through a stack, carry many frames then.
//
// Rules   A frame joins the one in the making when segment() would make it again from the whole, byte for
// byte: the same
//         headers but for lengths, sequence number, IPv4 identification (one more each time) and checksums;
//         ACK and nothing but PSH, which is the last; no options of IPv4, no extension headers; all but the
//         last of one size. Its checksums are verified first, since they are made anew: what is broken goes
//         alone, as it came.
// Trust   frames are hostile; what cannot be understood goes alone.
// Threads one.
// Source  as offload.hh.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "impl/vde/frame_headers.hh"
#include "impl/vde/virtio_net_header.hh"

namespace banco::vde {

class Coalescer {
 public:
  // Takes a frame. Calls `write(header, bytes)` for those that are not going to grow: that in the making,
  // when this does not join it, and this, when none can join it.
  template <typename Write>
  void add(std::span<const std::byte> frame, Write write) noexcept {
    const std::optional<Segment> segment = read(frame);
    if (segment && join(*segment)) {
      if (is_complete_) flush(write);
      return;
    }
    flush(write);
    if (segment && !segment->is_last) {
      begin(frame, *segment);
    } else {
      write(virtio_net_hdr_v1{}, frame);
    }
  }
  // Writes the frame in the making, if there is one.
  template <typename Write>
  void flush(Write write) noexcept {
    if (segment_count_ == 0) return;
    const virtio_net_hdr_v1 header = finish();
    write(header, std::span<const std::byte>(buffer_).first(size_bytes_));
    segment_count_ = 0;
  }

 private:
  // An IP packet is at most 65,535 bytes.
  static constexpr std::size_t kPacketLimit_bytes = 65'535;

  // A frame that others may go on from.
  struct Segment {
    FrameHeaders headers;
    std::span<const std::byte> head;  // Ethernet, IP and TCP
    std::span<const std::byte> payload;
    bool is_last = false;  // PSH
  };
  static std::optional<Segment> read(std::span<const std::byte> frame) noexcept;
  void begin(std::span<const std::byte> frame, const Segment& segment) noexcept;
  bool join(const Segment& segment) noexcept;
  bool continues(const Segment& segment) const noexcept;
  virtio_net_hdr_v1 finish() noexcept;

  FrameHeaders headers_;  // of the frame in the making
  std::uint32_t segment_count_ = 0;
  std::size_t size_bytes_ = 0;
  std::size_t step_bytes_ = 0;  // of payload
  bool is_complete_ = false;
  std::array<std::byte, kPacketLimit_bytes + 18> buffer_;  // not initialised
};

}  // namespace banco::vde
