// Where addresses live. Claims: what this port publishes of the addresses it has sent from. AddressBook: what
// all ports publish, merged for a quick answer to "which ports get this frame?".
//
// An address that several ports claim belongs to all of them until the older claims have aged: a port that
// moves is reached at once, and a hostile one that claims its neighbour's address gets copies but takes no
// frame away.
//
// Key: VLAN id << 48 | MAC address. Trust: a page of a neighbour is bounded by SHM_CLAIM_COUNT, read word by
// word, and can only say things about itself.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "impl/shm_switch/memory.h"
#include "impl/shm_switch/vlan.hh"

namespace banco::shm_switch {

constexpr std::uint64_t address_key(std::uint16_t vlan, std::uint64_t address) {
  return std::uint64_t{vlan} << 48 | address;
}

// Writes the claims of one page. One thread: the sending one.
class Claims {
 public:
  explicit Claims(shm_port_page& page);

  // This port has sent from `key` in second `now_s`. No allocation.
  void use(std::uint64_t key, std::uint32_t now_s) noexcept {
    if (key == last_key_ && now_s == last_s_) return;
    use_slowly(key, now_s);
  }

 private:
  void use_slowly(std::uint64_t key, std::uint32_t now_s) noexcept;
  std::size_t slot_of(std::uint64_t key) const noexcept;
  void rebuild_index() noexcept;

  shm_port_page* page_;
  std::uint64_t last_key_ = 0;
  std::uint32_t last_s_ = 0;
  std::uint32_t next_victim_ = 0;
  // Open addressing over the page's claims: index + 1, 0 for empty. Twice as many places as claims.
  std::vector<std::uint16_t> index_;
};

// The page of a port that has a number.
struct ClaimSource {
  std::uint32_t port;
  const shm_port_page* page;
  VlanMembership vlans;  // claims in others do not count
};

class AddressBook {
 public:
  // Ports that claim one key, each once, in the order of the sources. An address that more than kPortsMax
  // ports claim belongs to nobody, so that it is flooded.
  static constexpr std::size_t kPortsMax = 8;
  struct Ports {
    std::uint32_t count = 0;
    std::uint16_t port[kPortsMax];
  };

  AddressBook();

  // Reads all pages again; claims not used for `ageing_s` seconds are left out. Throws std::bad_alloc.
  void merge(std::span<const ClaimSource> sources, std::uint32_t now_s, std::uint32_t ageing_s);
  // Whether a page has changed since merge().
  bool is_stale(std::span<const ClaimSource> sources) const noexcept;

  Ports find(std::uint64_t key) const noexcept;

 private:
  struct Entry {
    std::uint64_t key = 0;  // 0: empty; no address is 0
    std::uint32_t port = 0;
  };

  std::size_t home_of(std::uint64_t key) const noexcept;

  // Not known to neighbours, who could fill one part of the table otherwise.
  std::uint64_t multiplier_;
  std::vector<Entry> table_;             // open addressing, a power of two
  std::vector<std::uint32_t> versions_;  // of the sources, when merged
};

}  // namespace banco::shm_switch
