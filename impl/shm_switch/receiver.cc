#include "impl/shm_switch/receiver.hh"

#include <atomic>
#include <cstring>

#include "impl/shm_switch/ticks.hh"
#include "impl/vde/ethernet.hh"
#include "impl/vde/offload.hh"
#include "impl/vde/virtio_net_header.hh"

namespace banco::shm_switch {
namespace {

// Between the sender's note that it rings and the bell there is one system call of its.
constexpr int kSilenceTries = 8;
// Rings that were empty so short a time ago carry a stream that patience may be worth.
constexpr std::uint64_t kStreamTicks = 10 * kTicksPerMicrosecondLeast;
constexpr std::uint64_t kPatienceTicks = 2 * kTicksPerMicrosecondLeast;
constexpr unsigned kTryEvery = 32;
// A stream with less than this between frames is dense, and how long such a one is left alone.
constexpr std::uint64_t kDenseFrameTicks = 3 * kTicksPerMicrosecondLeast / 2;
constexpr std::uint64_t kGatherTicks = 8 * kTicksPerMicrosecondLeast;
// Each needs a sender in the middle of sending.
constexpr int kSleepTries = 4;

// Differences, here and below: a machine that was suspended may begin to count anew.
void relax_for(std::uint64_t wanted_ticks) noexcept {
  for (const std::uint64_t start = ticks(); ticks() - start < wanted_ticks;) relax();
}
void relax_a_little() noexcept {
  for (int i = 0; i < 8; ++i) relax();
}

}  // namespace

Receiver::Receiver(SwitchLink& link, std::chrono::microseconds spin)
    : link_(&link),
      counters_(&link.page().received),
      epoch_(&link.page().epoch),
      spin_ticks_(static_cast<std::uint64_t>(spin.count()) * 2 * kTicksPerMicrosecondLeast),
      membership_(link.membership()) {}

void Receiver::resume() noexcept {
  membership_ = link_->membership();
  for (const PeerEntry& entry : membership_->peers) entry.peer->in.resume();
}

std::size_t Receiver::receive(std::span<std::byte> buffer) noexcept {
  link_->refresh(membership_);
  std::size_t bytes = take_any(buffer);
  if (bytes == 0 && spin_ticks_ != 0)
    for (const std::uint64_t start = ticks(); bytes == 0 && ticks() - start < spin_ticks_;) {
      relax_a_little();
      bytes = take_any(buffer);
    }
  if (bytes == 0 && look_at_bells()) {
    link_->refresh(membership_);
    bytes = take_any(buffer);
  }
  if (bytes == 0) return 0;
  ++taken_since_empty_;
  if (!any_frame() && !more_comes_at_once()) settle();
  return bytes;
}

// Every ring looks empty while the last frame is given out. Whether to expect the next at once:
//
// A dense stream is left alone for a moment: a receiver that is level with the sender and looks all the time
// takes each frame as it comes, and both then pay for moving cache lines with each; one that looks away finds
// many.
//
// In any stream the next frame is quicker than a bell: without patience each frame would find us asleep, and
// both sides would go on at the pace of two system calls a frame. Where patience was in vain it is tried
// rarely.
bool Receiver::more_comes_at_once() noexcept {
  const std::uint64_t now = ticks();
  const std::uint64_t since_empty = now - last_empty_ticks_;
  const bool dense = since_empty < taken_since_empty_ * kDenseFrameTicks;
  const bool stream = dense || since_empty < kStreamTicks;
  taken_since_empty_ = 0;
  last_empty_ticks_ = now;
  // With spin the client is expected back at once: bells may go on ringing meanwhile.
  const bool spins = spin_ticks_ != 0;
  if (!stream || (in_vain_ && ++untried_ % kTryEvery != 0)) return spins;
  if (dense) relax_for(kGatherTicks);
  const std::uint64_t start = ticks();
  while (!any_frame()) {
    in_vain_ = ticks() - start >= kPatienceTicks;
    if (in_vain_) return spins;
    relax_a_little();
  }
  in_vain_ = false;
  return true;
}

std::size_t Receiver::take_any(std::span<std::byte> buffer) noexcept {
  Record record;
  for (int drops = 0; drops < kDropsMax; ++drops) {
    const PeerEntry* const from = next_record(record);
    if (from == nullptr) return 0;
    const std::size_t bytes = take(*from, record, buffer);
    from->peer->in.advance();
    if (bytes != 0) return bytes;
  }
  return 0;
}

const PeerEntry* Receiver::next_record(Record& record) noexcept {
  const auto& peers = membership_->peers;
  std::uint64_t malformed = 0;
  const PeerEntry* result = nullptr;
  if (current_ >= peers.size()) current_ = 0;
  // One more than all: the first may only have used up its turn.
  for (std::size_t tried = 0; tried <= peers.size() && !peers.empty(); ++tried) {
    if (quantum_ > 0 && peers[current_].peer->in.front(record, malformed)) {
      --quantum_;
      result = &peers[current_];
      break;
    }
    quantum_ = kQuantum;
    current_ = current_ + 1 == peers.size() ? 0 : current_ + 1;
  }
  if (malformed != 0) [[unlikely]]
    add_owned(counters_->dropped[SHM_DROP_MALFORMED], malformed);
  return result;
}

// Copies first, then judges the copy: the record can change at any time.
std::size_t Receiver::take(const PeerEntry& from, const Record& record,
                           std::span<std::byte> buffer) noexcept {
  const bool we_offload = membership_->settings.offload != 0;
  const bool has_header = record.kind == SHM_RECORD_OFFLOAD;
  if (has_header && !we_offload) return drop(SHM_DROP_MALFORMED);
  const std::size_t prefix_bytes = we_offload && !has_header ? sizeof(virtio_net_hdr_v1) : 0;
  const std::size_t frame_bytes = record.frame_bytes - (has_header ? sizeof(virtio_net_hdr_v1) : 0);
  if ((has_header && record.frame_bytes < sizeof(virtio_net_hdr_v1)) || frame_bytes < vde::kMinFrameBytes ||
      (!has_header && frame_bytes > vde::kMaxFrameBytes))
    return drop(SHM_DROP_MALFORMED);
  if (prefix_bytes + record.frame_bytes > buffer.size()) return drop(SHM_DROP_SIZE);
  if (prefix_bytes != 0) std::memset(buffer.data(), 0, prefix_bytes);
  std::memcpy(buffer.data() + prefix_bytes, record.content, record.frame_bytes);
  const std::size_t total_bytes = prefix_bytes + record.frame_bytes;
  const std::span<const std::byte> frame = buffer.subspan(total_bytes - frame_bytes, frame_bytes);
  if (has_header) {
    virtio_net_hdr_v1 header;
    std::memcpy(&header, buffer.data(), sizeof(virtio_net_hdr_v1));
    if (!vde::valid_offload(header, frame)) return drop(SHM_DROP_MALFORMED);
  }
  if (!may_have(from, frame)) return drop(SHM_DROP_VLAN);
  add_owned(counters_->frames, std::uint64_t{1});
  add_owned(counters_->bytes, std::uint64_t{frame_bytes});
  return total_bytes;
}

// The sender has judged already; an honest one, that is.
bool Receiver::may_have(const PeerEntry& from, std::span<const std::byte> frame) const noexcept {
  if (membership_->settings.mirror != 0) return true;
  if (membership_->settings.isolated != 0 && from.settings.isolated != 0) return false;
  const auto tag = vde::vlan_tag_of(frame);
  const VlanMembership& ours = membership_->settings.vlans;
  if (tag && tag->vid() != 0) return ours.has_tagged(tag->vid()) && from.settings.vlans.has(tag->vid());
  return ours.untagged != kNoVlan && from.settings.vlans.has(ours.untagged);
}

bool Receiver::any_frame() noexcept {
  const auto& peers = membership_->peers;
  if (current_ < peers.size() && peers[current_].peer->in.has_more()) return true;
  for (const PeerEntry& entry : peers)
    if (entry.peer->in.has_more()) return true;
  return false;
}

void Receiver::begin_epoch() noexcept {
  store_relaxed(*epoch_, *epoch_ + 1);
  std::atomic_thread_fence(std::memory_order_seq_cst);
}

bool Receiver::rung_in(std::uint32_t epoch) const noexcept {
  for (const PeerEntry& entry : membership_->peers)
    if (entry.peer->rung_epoch() == epoch) return true;
  return false;
}

// Every ring looks empty, the last frame is being given out: the data descriptor must stop being readable.
void Receiver::settle() noexcept {
  if (bells_owed_ || rung_in(*epoch_)) fall_asleep();
}

// Nothing was found. Were we woken for nothing? Then whatever rings must be silenced. True when it is worth
// looking again.
bool Receiver::look_at_bells() noexcept {
  if (!link_->any_bell()) return false;
  bells_owed_ = true;
  fall_asleep();
  link_->refresh(membership_);
  return any_frame();
}

// Begins an epoch in which no bell rings, or leaves one ringing because a frame waits.
void Receiver::fall_asleep() noexcept {
  for (int tries = 0; tries < kSleepTries; ++tries) {
    const std::uint32_t last = *epoch_;
    begin_epoch();
    if (any_frame()) {
      if (tries > 0) break;  // all is silent already
      bells_owed_ = true;
      return;
    }
    silence(last);
    // A peer that came with that mail may have rung already, and its bell was silenced with the others.
    link_->refresh(membership_);
    if (any_frame()) break;
    // A sender may have rung in the new epoch for a frame that we had already, and we have silenced that: it
    // would not ring again. Then this epoch is of no use.
    if (!rung_in(*epoch_)) return;
  }
  link_->ring_ourselves();
  bells_owed_ = true;
}

// Silences the bells that were rung in `epoch`, all of them if it is not clear which.
void Receiver::silence(std::uint32_t epoch) noexcept {
  bool silent = !bells_owed_;
  if (silent)
    for (const PeerEntry& entry : membership_->peers) {
      if (entry.peer->rung_epoch() != epoch) continue;
      int tries = 0;
      while (tries < kSilenceTries && !shm_switch::silence(entry.peer->our_bell())) ++tries;
      silent = silent && tries < kSilenceTries;
    }
  if (!silent) link_->silence_all();
  bells_owed_ = false;
}

}  // namespace banco::shm_switch
