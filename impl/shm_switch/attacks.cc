#include "impl/shm_switch/attacks.hh"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <string>

#include "impl/shm_switch/doorbell.hh"
#include "impl/shm_switch/ticks.hh"

namespace banco::shm_switch {
namespace {

using Random = std::mt19937_64;

// 02:00:00:00:00:01 and the next: those of the ports beside.
constexpr std::uint64_t kHonestAddress = 0x0200'0000'0001;

shm_ring& ring_of(const PeerEntry& entry, Random& random) {
  return reinterpret_cast<shm_pair_page*>(entry.peer->shared_memory().data())->ring[random() % 2];
}

// Random bytes everywhere, most of them where they matter.
void scribble(SwitchLink&, const Membership& membership, Random& random) {
  for (const PeerEntry& entry : membership.peers) {
    const auto memory = entry.peer->shared_memory();
    for (int i = 0; i < 64; ++i) {
      const std::size_t place = random() % (random() % 2 == 0 ? 256 : memory.size());
      memory[place] = static_cast<std::byte>(random());
    }
  }
}

void move_indices(SwitchLink&, const Membership& membership, Random& random) {
  for (const PeerEntry& entry : membership.peers) {
    shm_ring& ring = ring_of(entry, random);
    ring.head += random() % (2 * SHM_RING_BYTES) - SHM_RING_BYTES;
    ring.tail = random() % 2 == 0 ? random() : ring.head - random() % SHM_RING_BYTES;
    ring.rung_epoch = static_cast<std::uint32_t>(random());
    ring.adopted = static_cast<std::uint32_t>(random() % 3);
  }
}

void ring_and_drain_bells(SwitchLink& link, const Membership& membership, Random& random) {
  for (const PeerEntry& entry : membership.peers) {
    const int bell = entry.peer->their_bell().number();
    ::fcntl(bell, F_SETFL, random() % 2 == 0 ? 0 : O_NONBLOCK);
    ::fcntl(bell, F_SETFL, O_NONBLOCK);
    const std::string many(random() % 4096, 'x');
    [[maybe_unused]] const ssize_t written = ::write(bell, many.data(), many.size());
    if (random() % 2 == 0) silence(entry.peer->their_bell());
    link.knock(entry.peer->number);
  }
}

void punch_holes(SwitchLink&, const Membership& membership, Random& random) {
  for (const PeerEntry& entry : membership.peers) {
    const auto memory = entry.peer->shared_memory();
    const std::size_t page = random() % (memory.size() / 4096) * 4096;
    ::madvise(memory.data() + page, 4096, MADV_REMOVE);
  }
}

void change_epochs(SwitchLink& link, const Membership&, Random& random) {
  for (int i = 0; i < 100; ++i) store_relaxed(link.page().epoch, static_cast<std::uint32_t>(random()));
}

void claim_addresses(SwitchLink& link, const Membership&, Random& random) {
  shm_port_page& page = link.page();
  for (std::uint64_t i = 0; i < SHM_CLAIM_COUNT; ++i) {
    page.claims[i].address = random() % 4 == 0 ? random() : kHonestAddress + i % 2;
    page.claims[i].last_used_s = random() % 2 == 0 ? static_cast<std::uint32_t>(random()) : coarse_seconds();
  }
  page.claim_count = static_cast<std::uint32_t>(random());
  ++page.claims_version;
  page.magic = 0;
}

void flood(SwitchLink&, const Membership& membership, Random& random) {
  static thread_local WindowBudget budget;
  for (const PeerEntry& entry : membership.peers)
    for (int i = 0; i < 100; ++i) {
      const std::size_t bytes = random() % 2000;
      if (entry.peer->out.reserve(bytes, SHM_RECORD_FRAME, budget) != nullptr) entry.peer->out.commit();
      entry.peer->before_put();
      entry.peer->wake_up();
    }
}

constexpr Attack kAttacks[] = {{"Scribble", scribble},
                               {"MoveIndices", move_indices},
                               {"RingAndDrainBells", ring_and_drain_bells},
                               {"PunchHoles", punch_holes},
                               {"ChangeEpochs", change_epochs},
                               {"ClaimAddresses", claim_addresses},
                               {"Flood", flood}};

}  // namespace

std::span<const Attack> attacks() {
  return kAttacks;
}

}  // namespace banco::shm_switch
