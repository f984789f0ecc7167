// TapEnd: a tap of the kernel, opened by the wire itself in place of libvdeplug's module, so that what the
// kernel leaves to its hardware is done here (impl/vde/frame_tap).
#pragma once

#include <optional>
#include <string>

#include "impl/vde/frame_tap.hh"
#include "impl/wire/end.hh"

namespace banco::wire {

class TapEnd : public End {
 public:
  // `device`: an interface name; a tap is made if there is none. Throws std::invalid_argument, SystemError.
  explicit TapEnd(const std::string& device);

  std::optional<Arrival> receive(std::span<std::byte> buffer, Time now) noexcept override;
  bool send(std::span<const std::byte> frame) noexcept override;
  int data_descriptor() const noexcept override { return tap_.descriptor().number(); }
  void flush() noexcept override { tap_.flush(); }
  bool fall_asleep() noexcept override { return !tap_.holds_frames(); }
  std::uint64_t take_ingress_drops() noexcept override { return tap_.take_dropped(); }
  std::uint64_t take_egress_drops() noexcept override { return tap_.take_not_taken(); }
  bool is_closed() const noexcept override { return tap_.is_closed(); }

 private:
  vde::FrameTap tap_;
};

}  // namespace banco::wire
