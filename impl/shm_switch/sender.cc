#include "impl/shm_switch/sender.hh"

#include <sched.h>

#include <cstring>

#include "impl/shm_switch/ticks.hh"
#include "impl/vde/ethernet.hh"
#include "impl/vde/offload.hh"

namespace banco::shm_switch {
namespace {

constexpr std::size_t kAddressesBytes = 12;
constexpr std::size_t kSuperFrameBytesMax = SHM_RECORD_BYTES_MAX - sizeof(virtio_net_hdr_v1);
// An unknown destination makes us read the neighbours' claims again; at most one part in this many of our
// time goes there, whatever neighbours claim.
constexpr std::uint64_t kMergeShare = 16;
// A route is younger than a tenth of a second on any machine: its receiver may have stopped in the middle of
// a stream, and whoever takes over its address must be found; and the clock is looked at only on the long
// way.
constexpr std::uint64_t kRouteTicks = 100'000 * kTicksPerMicrosecondLeast;

std::uint16_t shifted(std::uint16_t offset, std::ptrdiff_t by) {
  return static_cast<std::uint16_t>(offset + by);
}

}  // namespace

Sender::Sender(SwitchLink& link, std::chrono::microseconds wait)
    : link_(&link),
      counters_(&link.page().sent),
      claims_(link.page()),
      membership_(link.membership()),
      wait_ticks_(static_cast<std::uint64_t>(wait.count()) * 2 * kTicksPerMicrosecondLeast) {
  follow(coarse_seconds());
}

void Sender::resume() noexcept {
  membership_ = link_->membership();
  for (const PeerEntry& entry : membership_->peers) entry.peer->out.resume();
}

void Sender::send(std::span<const std::byte> bytes) noexcept {
  link_->refresh(membership_);
  if (membership_->version == followed_version_ && send_along_route(bytes)) [[likely]]
    return;
  send_the_long_way(bytes);
}

bool Sender::send_along_route(std::span<const std::byte> bytes) noexcept {
  if (route_.peer == nullptr || ticks() - route_.since_ticks > kRouteTicks ||
      bytes.size() < vde::kMinFrameBytes || bytes.size() > vde::kMaxFrameBytes ||
      std::memcmp(bytes.data(), route_.addresses.data(), kAddressesBytes) != 0 ||
      vde::load16(bytes, vde::kEtherTypeOffset) == vde::kEtherTypeVlan)
    return false;
  may_wait_ = wait_ticks_ != 0;
  Peer& peer = *route_.peer;
  add_owned(counters_->frames, std::uint64_t{1});
  add_owned(counters_->bytes, std::uint64_t{bytes.size()});
  peer.before_put();
  std::byte* const to = reserve(peer, bytes.size(), SHM_RECORD_FRAME);
  if (to == nullptr) [[unlikely]] {
    peer.out.count_full();
    drop(SHM_DROP_FULL);
  } else {
    std::memcpy(to, bytes.data(), bytes.size());
    peer.out.commit();
  }
  wake_up(peer);
  return true;
}

void Sender::send_the_long_way(std::span<const std::byte> bytes) noexcept {
  route_.peer = nullptr;
  may_wait_ = false;
  const std::uint32_t now_s = coarse_seconds();
  if (membership_->version != followed_version_) [[unlikely]]
    follow(now_s);
  if (now_s != last_second_) [[unlikely]]
    every_second(now_s);

  Outgoing outgoing;
  if (!parse(bytes, outgoing)) return;
  add_owned(counters_->frames, std::uint64_t{1});
  add_owned(counters_->bytes, std::uint64_t{outgoing.frame.size()});
  const std::uint64_t source = vde::source_of(outgoing.frame);
  if (source != 0 && !vde::is_group(source)) claims_.use(address_key(outgoing.vlan, source), now_s);

  if (has_mirror_) [[unlikely]]
    for (const PeerEntry& entry : membership_->peers)
      if (entry.settings.mirror != 0) deliver_as(entry, outgoing, TagChange::kNone);

  if (vde::is_group(outgoing.destination) || membership_->switch_settings.hub != 0) return flood(outgoing);
  const AddressBook::Ports ports = find(address_key(outgoing.vlan, outgoing.destination), now_s);
  if (ports.count == 0) return flood(outgoing);
  // Nobody waits because of one who only wants a copy.
  may_wait_ = wait_ticks_ != 0 && ports.count == 1;
  for (std::uint32_t i = 0; i < ports.count; ++i) {
    const std::uint16_t place = place_of_[ports.port[i]];
    if (place != 0) {
      const PeerEntry& entry = membership_->peers[place - 1u];
      const bool as_it_is = deliver(entry, outgoing);
      if (as_it_is && ports.count == 1 && !outgoing.has_tag && membership_->settings.offload == 0 &&
          !has_mirror_) {
        route_ = {entry.peer.get(), {}, ticks()};
        std::memcpy(route_.addresses.data(), outgoing.frame.data(), kAddressesBytes);
      }
    } else if (ports.count == 1) {
      drop(SHM_DROP_FILTERED);  // it lives behind this port
    }
  }
}

bool Sender::parse(std::span<const std::byte> bytes, Outgoing& outgoing) noexcept {
  if (membership_->settings.offload != 0) {
    if (bytes.size() < sizeof(virtio_net_hdr_v1)) return drop(SHM_DROP_SIZE), false;
    std::memcpy(&outgoing.offload, bytes.data(), sizeof(virtio_net_hdr_v1));
    bytes = bytes.subspan(sizeof(virtio_net_hdr_v1));
    outgoing.has_offload = outgoing.offload.gso_type != VIRTIO_NET_HDR_GSO_NONE ||
                           (outgoing.offload.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) != 0;
  }
  const bool super_frame = outgoing.has_offload && outgoing.offload.gso_type != VIRTIO_NET_HDR_GSO_NONE;
  if (bytes.size() < vde::kMinFrameBytes ||
      bytes.size() > (super_frame ? kSuperFrameBytesMax : vde::kMaxFrameBytes))
    return drop(SHM_DROP_SIZE), false;
  if (outgoing.has_offload && !vde::valid_offload(outgoing.offload, bytes))
    return drop(SHM_DROP_MALFORMED), false;

  outgoing.frame = bytes;
  outgoing.destination = vde::destination_of(bytes);
  const auto tag = vde::vlan_tag_of(bytes);
  outgoing.has_tag = tag.has_value();
  outgoing.tagged = tag && tag->vid() != 0;
  outgoing.priority = tag ? static_cast<std::uint16_t>(tag->tci & 0xf000) : std::uint16_t{0};
  const VlanMembership& vlans = membership_->settings.vlans;
  outgoing.vlan = outgoing.tagged ? tag->vid() : vlans.untagged;
  const bool allowed = outgoing.tagged ? vlans.has_tagged(outgoing.vlan) : outgoing.vlan != kNoVlan;
  if (!allowed) drop(SHM_DROP_VLAN);
  return allowed;
}

// What depends on the membership, made anew.
void Sender::follow(std::uint32_t now_s) noexcept {
  followed_version_ = membership_->version;
  route_ = {};
  has_mirror_ = false;
  sources_.clear();
  place_of_.assign(SHM_PORT_COUNT_MAX + 1, 0);
  budget_ = WindowBudget();
  sources_.push_back({membership_->number, &link_->page(), membership_->settings.vlans});
  for (std::size_t i = 0; i < membership_->peers.size(); ++i) {
    const PeerEntry& entry = membership_->peers[i];
    place_of_[entry.peer->number] = static_cast<std::uint16_t>(i + 1);
    sources_.push_back({entry.peer->number, &entry.peer->page(), entry.settings.vlans});
    budget_.take_always(entry.peer->out.window_bytes());
    has_mirror_ = has_mirror_ || entry.settings.mirror != 0;
  }
  merge_addresses(now_s);
}

void Sender::merge_addresses(std::uint32_t now_s) noexcept {
  const std::uint64_t start = ticks();
  addresses_.merge(sources_, now_s, membership_->switch_settings.ageing_s);
  const std::uint64_t end = ticks();
  merged_ticks_ = end;
  no_merge_for_ticks_ = kMergeShare * (end - start);
}

void Sender::every_second(std::uint32_t now_s) noexcept {
  last_second_ = now_s;
  merge_addresses(now_s);
  for (const PeerEntry& entry : membership_->peers)
    if (entry.peer->out.is_idle()) entry.peer->out.shrink(budget_);
  link_->tend();
}

AddressBook::Ports Sender::find(std::uint64_t key, std::uint32_t now_s) noexcept {
  AddressBook::Ports ports = addresses_.find(key);
  if (ports.count == 0 && ticks() - merged_ticks_ >= no_merge_for_ticks_ && addresses_.is_stale(sources_)) {
    merge_addresses(now_s);
    ports = addresses_.find(key);
  }
  return ports;
}

void Sender::flood(const Outgoing& outgoing) noexcept {
  add_owned(counters_->flooded, std::uint64_t{1});
  for (const PeerEntry& entry : membership_->peers) deliver(entry, outgoing);
}

bool Sender::deliver(const PeerEntry& entry, const Outgoing& outgoing) noexcept {
  const PortSettings& settings = entry.settings;
  if (settings.mirror != 0 || (settings.isolated != 0 && membership_->settings.isolated != 0)) return false;
  TagChange change = TagChange::kNone;
  if (settings.vlans.untagged == outgoing.vlan) {
    if (outgoing.tagged) change = TagChange::kRemove;
  } else if (settings.vlans.has_tagged(outgoing.vlan)) {
    if (!outgoing.tagged) change = TagChange::kSet;
  } else {
    return false;
  }
  deliver_as(entry, outgoing, change);
  return change == TagChange::kNone;
}

void Sender::deliver_as(const PeerEntry& entry, const Outgoing& outgoing, TagChange change) noexcept {
  Peer& peer = *entry.peer;
  peer.before_put();
  if (!outgoing.has_offload || entry.settings.offload != 0) {
    put(peer, outgoing, outgoing.frame, {}, change, outgoing.has_offload);
  } else {
    vde::segment(outgoing.offload, outgoing.frame,
                 [&](std::span<const std::byte> head, std::span<const std::byte> rest) {
                   if (head.empty()) std::swap(head, rest);
                   put(peer, outgoing, head, rest, change, false);
                 });
  }
  wake_up(peer);
}

void Sender::wake_up(Peer& peer) noexcept {
  if (!peer.wake_up() && !link_->knock(peer.number)) peer.was_not_woken();
}

std::byte* Sender::reserve(Peer& peer, std::size_t bytes, shm_record_kind kind) noexcept {
  std::byte* place = peer.out.reserve(bytes, kind, budget_);
  if (place != nullptr || !may_wait_ || !peer.out.is_worth_waiting_for()) return place;
  wake_up(peer);
  const std::uint64_t start = ticks();
  while (place == nullptr && ticks() - start < wait_ticks_) {
    ::sched_yield();
    place = peer.out.reserve(bytes, kind, budget_);
  }
  if (place == nullptr) {
    peer.out.waited_in_vain();
    may_wait_ = false;
  }
  return place;
}

// One record: [offload header] addresses [tag] the rest of `head`, `rest`.
void Sender::put(Peer& peer, const Outgoing& outgoing, std::span<const std::byte> head,
                 std::span<const std::byte> rest, TagChange change, bool with_offload) noexcept {
  const std::size_t removed_bytes = change != TagChange::kNone && outgoing.has_tag ? vde::kVlanTagBytes : 0;
  const std::size_t added_bytes = change == TagChange::kSet ? vde::kVlanTagBytes : 0;
  const std::size_t frame_bytes = head.size() + rest.size() + added_bytes - removed_bytes;
  if (!with_offload && frame_bytes > vde::kMaxFrameBytes) return drop(SHM_DROP_SIZE);
  std::byte* to = reserve(peer, frame_bytes + (with_offload ? sizeof(virtio_net_hdr_v1) : 0),
                          with_offload ? SHM_RECORD_OFFLOAD : SHM_RECORD_FRAME);
  if (to == nullptr) [[unlikely]] {
    peer.out.count_full();
    return drop(SHM_DROP_FULL);
  }
  if (with_offload) {
    virtio_net_hdr_v1 header = outgoing.offload;
    const auto by = static_cast<std::ptrdiff_t>(added_bytes) - static_cast<std::ptrdiff_t>(removed_bytes);
    if ((header.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) != 0) header.csum_start = shifted(header.csum_start, by);
    if (header.hdr_len != 0) header.hdr_len = shifted(header.hdr_len, by);
    std::memcpy(to, &header, sizeof(virtio_net_hdr_v1));
    to += sizeof(virtio_net_hdr_v1);
  }
  if (change == TagChange::kNone) [[likely]] {
    std::memcpy(to, head.data(), head.size());
    to += head.size();
  } else {
    std::memcpy(to, head.data(), kAddressesBytes);
    to += kAddressesBytes;
    if (added_bytes != 0) {
      vde::store16({to, 2}, 0, vde::kEtherTypeVlan);
      vde::store16({to, 4}, 2, static_cast<std::uint16_t>(outgoing.priority | outgoing.vlan));
      to += added_bytes;
    }
    head = head.subspan(kAddressesBytes + removed_bytes);
    std::memcpy(to, head.data(), head.size());
    to += head.size();
  }
  if (!rest.empty()) std::memcpy(to, rest.data(), rest.size());
  peer.out.commit();
}

}  // namespace banco::shm_switch
