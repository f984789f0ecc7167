#include "impl/shm_switch/peer.hh"

#include <utility>

namespace banco::shm_switch {
namespace {

// The ring that the port with number `from` writes in a pair with `to`.
shm_ring& ring_of(const base::MemoryMapping& pair, std::uint32_t from, std::uint32_t to) {
  return reinterpret_cast<shm_pair_page*>(pair.bytes().data())->ring[from < to ? 0 : 1];
}

std::byte* data_of(const base::MemoryMapping& pair, std::uint32_t from, std::uint32_t to) {
  return pair.bytes().data() + SHM_PAIR_PAGE_BYTES + (from < to ? 0 : SHM_RING_BYTES);
}

}  // namespace

Peer::Peer(std::uint32_t our_number, std::uint32_t their_number, std::uint64_t their_incarnation,
           PeerMaterial material)
    : number(their_number),
      incarnation(their_incarnation),
      out(ring_of(material.pair, our_number, their_number), data_of(material.pair, our_number, their_number)),
      in(ring_of(material.pair, their_number, our_number), data_of(material.pair, their_number, our_number)),
      pair_mapping_(std::move(material.pair)),
      page_mapping_(std::move(material.page)),
      their_bell_(std::move(material.their_bell)),
      our_bell_(std::move(material.our_bell)),
      page_(reinterpret_cast<const shm_port_page*>(page_mapping_.bytes().data())),
      out_ring_(&ring_of(pair_mapping_, our_number, their_number)),
      in_ring_(&ring_of(pair_mapping_, their_number, our_number)),
      // Not the receiver's epoch: the first frame rings.
      last_rung_(load_relaxed(page_->epoch) - 1) {}

}  // namespace banco::shm_switch
