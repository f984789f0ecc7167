// Sender: the sending side of a port, which is the forwarding of the switch: who gets this frame, in what
// form.
//
//   frame ─> VLAN of it on this port ─> publish its source ─> ports that claim its destination, or all of the
//   VLAN
//         ─> for each: tag put in or taken out, offload done here unless the receiver takes it ─> its ring ─>
//         its bell ─> a copy as it was to each mirror
//
// Nothing waits, nothing is allocated, except when the membership changes or, once a second, addresses are
// merged anew.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "impl/shm_switch/address_book.hh"
#include "impl/shm_switch/switch_link.hh"
#include "impl/vde/virtio_net_header.hh"

namespace banco::shm_switch {

class Sender {
 public:
  // `wait`: how long a frame waits for room in a full ring before it is dropped. A receiver that has let that
  // pass is not waited for again until it takes frames.
  Sender(SwitchLink& link, std::chrono::microseconds wait);

  // `bytes`: a frame, behind a virtio_net_hdr_v1 when the port's settings say offload.
  void send(std::span<const std::byte> bytes) noexcept;
  // Goes on where the shared memory stands: after a fork.
  void resume() noexcept;

 private:
  struct Outgoing {
    std::span<const std::byte> frame;
    virtio_net_hdr_v1 offload{};
    bool has_offload = false;
    bool has_tag = false;        // four bytes behind the addresses, also those of a priority tag (VLAN 0)
    bool tagged = false;         // with a VLAN
    std::uint16_t priority = 0;  // PCP and DEI of the tag, where they stand in its TCI
    std::uint16_t vlan = 0;
    std::uint64_t destination = 0;
  };

  enum class TagChange { kNone, kRemove, kSet };

  // Where the last frame went, if it was one port that gets it as it is: the next mostly goes there too.
  struct Route {
    Peer* peer = nullptr;
    std::array<std::byte, 12> addresses{};
    std::uint64_t since_ticks = 0;
  };

  bool send_along_route(std::span<const std::byte> bytes) noexcept;
  void send_the_long_way(std::span<const std::byte> bytes) noexcept;
  bool parse(std::span<const std::byte> bytes, Outgoing& outgoing) noexcept;
  void follow(std::uint32_t now_s) noexcept;
  void merge_addresses(std::uint32_t now_s) noexcept;
  void every_second(std::uint32_t now_s) noexcept;
  AddressBook::Ports find(std::uint64_t key, std::uint32_t now_s) noexcept;
  void flood(const Outgoing& outgoing) noexcept;
  // Whether it was sent as it is.
  bool deliver(const PeerEntry& entry, const Outgoing& outgoing) noexcept;
  void deliver_as(const PeerEntry& entry, const Outgoing& outgoing, TagChange change) noexcept;
  void put(Peer& peer, const Outgoing& outgoing, std::span<const std::byte> head,
           std::span<const std::byte> rest, TagChange change, bool with_offload) noexcept;
  void wake_up(Peer& peer) noexcept;
  std::byte* reserve(Peer& peer, std::size_t bytes, shm_record_kind kind) noexcept;
  void drop(shm_drop reason) noexcept { add_owned(counters_->dropped[reason], std::uint64_t{1}); }

  SwitchLink* link_;
  shm_counters* counters_;
  Route route_;
  Claims claims_;
  std::shared_ptr<const Membership> membership_;
  std::uint64_t followed_version_ = ~std::uint64_t{0};
  bool has_mirror_ = false;
  AddressBook addresses_;
  std::vector<ClaimSource> sources_;
  std::vector<std::uint16_t> place_of_;  // by port number: index into the peers + 1; 0: none
  std::uint32_t last_second_ = 0;
  std::uint64_t merged_ticks_ = 0;
  std::uint64_t no_merge_for_ticks_ = 0;
  WindowBudget budget_;
  std::uint64_t wait_ticks_;
  bool may_wait_ = false;  // with this frame
};

}  // namespace banco::shm_switch
