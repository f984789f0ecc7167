// TapEnd: a tap of the kernel, opened by the wire itself in place of libvdeplug's module: what the kernel
// leaves to its hardware, frames of 64 KiB with checksums to be filled in, is one system call here, and is
// taken apart into the frames of the wire (impl/vde/offload). Frames to the kernel are written one by one,
// complete.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "impl/base/file_descriptor.hh"
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
  bool fall_asleep() noexcept override { return !segmenter_; }
  // Frames that nobody can make sense of, or that are longer than Ethernet's of VDE.
  std::uint64_t take_ingress_drops() noexcept override { return std::exchange(dropped_, 0); }
  bool is_closed() const noexcept override { return is_closed_; }

 private:
  // The next frame of what was read; nothing when all of it was handed out.
  std::optional<std::size_t> take_segment(std::span<std::byte> buffer) noexcept;

  base::FileDescriptor tap_;
  std::vector<std::byte> read_;              // header and frame
  std::optional<vde::Segmenter> segmenter_;  // of the frame in read_
  std::uint64_t dropped_ = 0;
  bool is_closed_ = false;
};

}  // namespace banco::wire
