// FrameTap: a tap as a network of plain frames. What the kernel leaves to its hardware, frames of 64 KiB with
// checksums to be filled in, is one system call here, and is taken apart into the frames of the wire
// (offload.hh). Segments that reach it together are put together again (coalescer.hh), as a network card with
// large receive offload does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "impl/base/file_descriptor.hh"
#include "impl/vde/coalescer.hh"
#include "impl/vde/offload.hh"

namespace banco::vde {

class FrameTap {
 public:
  // `tap`: one that open_tap() opened with its offloads.
  explicit FrameTap(base::FileDescriptor tap);

  // Puts the next frame into `buffer` and returns its length, if one is here; does not wait.
  std::optional<std::size_t> receive(std::span<std::byte> buffer) noexcept;
  // Hands a frame to the kernel, at the latest with flush().
  void send(std::span<const std::byte> frame) noexcept;
  void flush() noexcept;

  // Readable when there is something to receive, unless holds_frames().
  const base::FileDescriptor& descriptor() const noexcept { return tap_; }
  // Some of what was read is still to be received.
  bool holds_frames() const noexcept { return segmenter_.has_value(); }
  // Since the last call: frames that nobody can make sense of, or that are longer than the buffer.
  std::uint64_t take_dropped() noexcept { return std::exchange(dropped_count_, 0); }
  // Those that the kernel did not take: the tap is down, or there was no memory.
  std::uint64_t take_not_taken() noexcept { return std::exchange(not_taken_count_, 0); }
  // The tap has gone.
  bool is_closed() const noexcept { return is_closed_; }

 private:
  void write(const virtio_net_hdr_v1& header, std::span<const std::byte> frame) noexcept;
  // The next frame of what was read; nothing when all of it was handed out.
  std::optional<std::size_t> take_segment(std::span<std::byte> buffer) noexcept;

  base::FileDescriptor tap_;
  std::vector<std::byte> read_;         // header and frame
  std::optional<Segmenter> segmenter_;  // of the frame in read_
  Coalescer coalescer_;
  std::uint64_t dropped_count_ = 0;
  std::uint64_t not_taken_count_ = 0;
  bool is_closed_ = false;
};

// How many frames of the wire a frame of the kernel stands for.
std::uint64_t segment_count(const virtio_net_hdr_v1& header, std::size_t frame_bytes) noexcept;

}  // namespace banco::vde
