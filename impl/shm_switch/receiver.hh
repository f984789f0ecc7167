// Receiver: the receiving side of a port: takes records out of the rings of all peers in turn, judges them,
// and keeps the data descriptor readable exactly while a frame waits (the right column of the table in
// peer.hh).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "impl/shm_switch/switch_link.hh"

namespace banco::shm_switch {

class Receiver {
 public:
  // `spin`: how long receive() goes on looking before it gives up.
  Receiver(SwitchLink& link, std::chrono::microseconds spin);

  // The next frame that this port may have, behind a virtio_net_hdr_v1 when the port's settings say offload;
  // its length, or 0 when there is none.
  std::size_t receive(std::span<std::byte> buffer) noexcept;
  // Goes on where the shared memory stands: after a fork.
  void resume() noexcept;

 private:
  // At most this many records of one peer before the others have their turn.
  static constexpr int kQuantum = 32;
  // At most this many records that are thrown away in one call: a neighbour that sends rubbish does not keep
  // us.
  static constexpr int kDropsMax = 256;

  PeerEntry const* next_record(Record& record) noexcept;
  std::size_t take_any(std::span<std::byte> buffer) noexcept;
  std::size_t take(const PeerEntry& from, const Record& record, std::span<std::byte> buffer) noexcept;
  bool may_have(const PeerEntry& from, std::span<const std::byte> frame) const noexcept;
  bool any_frame() noexcept;
  void begin_epoch() noexcept;
  bool more_comes_at_once() noexcept;
  bool rung_in(std::uint32_t epoch) const noexcept;
  void settle() noexcept;
  void fall_asleep() noexcept;
  void silence(std::uint32_t epoch) noexcept;
  bool look_at_bells() noexcept;
  std::size_t drop(shm_drop reason) noexcept {
    add_owned(counters_->dropped[reason], std::uint64_t{1});
    return 0;
  }

  SwitchLink* link_;
  shm_counters* counters_;
  std::uint32_t* epoch_;
  std::uint64_t spin_ticks_;
  std::shared_ptr<const Membership> membership_;
  std::size_t current_ = 0;
  int quantum_ = kQuantum;
  std::uint64_t last_empty_ticks_ = 0;  // when the rings were last seen empty
  std::uint64_t taken_since_empty_ = 0;
  bool in_vain_ = false;
  unsigned untried_ = 0;
  bool bells_owed_ = false;  // some bell may still ring from an earlier epoch
};

}  // namespace banco::shm_switch
