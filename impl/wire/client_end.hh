// ClientEnd: the end of a wire that a client of libvdeplug holds, two hand-overs to and from the wire's
// thread.
#pragma once

#include <atomic>
#include <cstdint>

#include "impl/wire/end.hh"
#include "impl/wire/hand_over.hh"

namespace banco::wire {

class ClientEnd : public End {
 public:
  // The wire's side.
  std::optional<Arrival> receive(std::span<std::byte> buffer, Time now) noexcept override;
  bool send(std::span<const std::byte> frame) noexcept override;
  int data_descriptor() const noexcept override { return to_wire_.bell().number(); }
  bool fall_asleep() noexcept override { return to_wire_.arm(); }
  // No more frames: the client is to see the end.
  void close() noexcept;
  std::uint64_t take_ingress_drops() noexcept override;
  // Those that were longer than the client's buffer.
  std::uint64_t take_egress_drops() noexcept override;

  // The client's side, with the values of vde_send(3) and vde_recv(3).
  ssize_t client_send(std::span<const std::byte> frame) noexcept;
  ssize_t client_receive(std::span<std::byte> buffer) noexcept;
  int client_descriptor() const noexcept { return to_client_.bell().number(); }

 private:
  void wait_for_frames() noexcept;

  HandOver to_wire_;
  HandOver to_client_;
  std::atomic<std::uint64_t> overflow_{0};
  std::atomic<std::uint64_t> oversize_{0};
  std::atomic<bool> is_over_{false};
};

}  // namespace banco::wire
