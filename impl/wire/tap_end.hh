// TapEnd: a tap of the kernel, opened by the wire itself in place of libvdeplug's module: what the kernel
// leaves to its hardware, frames of 64 KiB with checksums to be filled in, is one system call here, and is
// taken apart into the frames of the wire (impl/vde/offload). Segments that reach it together are put
// together again (impl/vde/coalescer), as a network card with large receive offload does.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "impl/base/file_descriptor.hh"
#include "impl/vde/coalescer.hh"
#include "impl/vde/offload.hh"
#include "impl/wire/end.hh"

namespace banco::wire {

class TapEnd : public End {
 public:
  // `device`: an interface name; a tap is made if there is none. Throws std::invalid_argument, SystemError.
  explicit TapEnd(const std::string& device);

  std::optional<Arrival> receive(std::span<std::byte> buffer, Time now) noexcept override;
  bool send(std::span<const std::byte> frame) noexcept override;
  int data_descriptor() const noexcept override { return tap_.number(); }
  void flush() noexcept override;
  bool fall_asleep() noexcept override { return !segmenter_; }
  // Frames that nobody can make sense of, or that are longer than Ethernet's of VDE.
  std::uint64_t take_ingress_drops() noexcept override { return std::exchange(dropped_, 0); }
  // Those that the kernel did not take: the tap is down, or there was no memory.
  std::uint64_t take_egress_drops() noexcept override { return std::exchange(not_taken_, 0); }
  bool is_closed() const noexcept override { return is_closed_; }

 private:
  void write(const virtio_net_hdr_v1& header, std::span<const std::byte> frame) noexcept;
  // The next frame of what was read; nothing when all of it was handed out.
  std::optional<std::size_t> take_segment(std::span<std::byte> buffer) noexcept;

  base::FileDescriptor tap_;
  std::vector<std::byte> read_;              // header and frame
  std::optional<vde::Segmenter> segmenter_;  // of the frame in read_
  vde::Coalescer coalescer_;
  std::uint64_t dropped_ = 0;
  std::uint64_t not_taken_ = 0;
  bool is_closed_ = false;
};

}  // namespace banco::wire
