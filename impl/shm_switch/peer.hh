// Peer: another port of the switch, seen from ours: a ring each way, a bell each way, the page it publishes.
//
// Wake-up. A receiver that sleeps is in some epoch, a number in its page. A sender rings once in each epoch
// of its receiver, with the first frame it sends there; everything else costs no system call.
//
//   sender, for each frame                        receiver, when its rings look empty
//   1 if epoch != last rung: rung_epoch = epoch   1 nobody rang in this epoch? done: the next frame will ring
//   2 put the frame (release)                     2 epoch += 1
//   3 full fence                                  3 full fence
//   4 e = epoch; if e != last rung:               4 look again: a frame? then its bell, or the old one, is
//       rung_epoch = e, ring the bell               still ringing: done
//                                                 5 silence the bells, look again: a frame? ring our own bell
//
// Either the sender sees the new epoch at 4, or the receiver sees the frame at 4 or 5: the fences allow no
// third way (wake_up.pml checks every interleaving). rung_epoch only tells the receiver which bells to
// silence; a liar makes its peer read a bell in vain.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>

#include "impl/base/file_descriptor.hh"
#include "impl/base/memory_mapping.hh"
#include "impl/shm_switch/doorbell.hh"
#include "impl/shm_switch/message.hh"
#include "impl/shm_switch/ring.hh"

namespace banco::shm_switch {

struct PeerMaterial {
  base::MemoryMapping pair;  // SHM_PAIR_BYTES
  base::MemoryMapping page;  // sizeof(shm_port_page), read-only
  base::FileDescriptor their_bell;
  base::FileDescriptor our_bell;
};

class Peer {
 public:
  // `our_number` decides which ring of the pair is whose.
  Peer(std::uint32_t our_number, std::uint32_t number, std::uint64_t incarnation, PeerMaterial material);

  const std::uint32_t number;
  const std::uint64_t incarnation;

  const shm_port_page& page() const noexcept { return *page_; }
  const base::FileDescriptor& our_bell() const noexcept { return our_bell_; }
  // What a hostile port could write to: for tests.
  std::span<std::byte> shared_memory() const noexcept { return pair_mapping_.bytes(); }
  const base::FileDescriptor& their_bell() const noexcept { return their_bell_; }
  // From now on our bell of this peer is watched.
  void adopt() noexcept { store_release(in_ring_->adopted, std::uint32_t{1}); }

  // The sending side. Steps 1 and 4 above; wake_up() returns false when control has to wake the receiver.
  void before_put() noexcept {
    const std::uint32_t epoch = load_relaxed(page_->epoch);
    if (epoch != last_rung_) store_relaxed(out_ring_->rung_epoch, epoch);
  }
  bool wake_up() noexcept {
    std::atomic_thread_fence(std::memory_order_seq_cst);
    const std::uint32_t epoch = load_relaxed(page_->epoch);
    if (epoch == last_rung_) [[likely]]
      return true;
    last_rung_ = epoch;
    store_relaxed(out_ring_->rung_epoch, epoch);
    if (load_acquire(out_ring_->adopted) != 1) return false;
    ring(their_bell_);
    return true;
  }
  // Control could not be asked: the next frame tries again.
  void was_not_woken() noexcept { --last_rung_; }
  RingSender out;

  // The receiving side.
  std::uint32_t rung_epoch() const noexcept { return load_relaxed(in_ring_->rung_epoch); }
  std::uint64_t dropped_by_sender() const noexcept { return load_relaxed(in_ring_->dropped_frames); }
  alignas(SHM_CACHE_LINE_BYTES) RingReceiver in;

 private:
  base::MemoryMapping pair_mapping_;
  base::MemoryMapping page_mapping_;
  base::FileDescriptor their_bell_;
  base::FileDescriptor our_bell_;
  const shm_port_page* page_;
  shm_ring* out_ring_;
  shm_ring* in_ring_;
  std::uint32_t last_rung_;
};

}  // namespace banco::shm_switch
