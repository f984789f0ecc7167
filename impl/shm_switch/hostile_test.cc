// A hostile port beside two honest ones: whatever it does to everything it may write, they lose less than 1 %
// of their frames, get none twice, none out of order and none changed.
//
// SHM_HOSTILE_SECONDS: how long each attack lasts; 1 by default.
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <random>
#include <thread>

#include "impl/shm_switch/test_switch.hh"

namespace banco::shm_switch {
namespace {

using Clock = std::chrono::steady_clock;
using Random = std::mt19937_64;

struct Attack {
  const char* name;
  void (*strike)(SwitchLink& link, const Membership& membership, Random& random);
};

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
    page.claims[i].address = random() % 4 == 0 ? random() : address_of(static_cast<int>(1 + i % 2));
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

std::chrono::duration<double> attack_duration() {
  const char* const seconds = std::getenv("SHM_HOSTILE_SECONDS");
  return std::chrono::duration<double>(seconds == nullptr ? 1.0 : std::atof(seconds));
}

constexpr int kMark = 0x6b;
constexpr std::uint64_t kMagic = 0x686f6e6573742121;

class HostilePort : public testing::TestWithParam<Attack> {};

TEST_P(HostilePort, HarmsOnlyItself) {
  TestSwitch test;
  const auto a = test.join();
  const auto b = test.join();
  introduce({a.get(), b.get()});
  SwitchLink hostile({.path = test.path()});
  std::atomic<bool> done = false;
  std::thread attacker([&] {
    Random random(42);
    auto membership = hostile.membership();
    while (!done) {
      hostile.refresh(membership);
      GetParam().strike(hostile, *membership, random);
    }
  });

  std::atomic<std::uint64_t> received = 0;
  std::thread receiver([&] {
    std::uint64_t expected = 0;
    Frame buffer(9234);
    while (!done) {
      if (!is_readable(b->data_descriptor(), 10)) continue;
      const ssize_t got = b->recv(buffer);
      if (got < 60) continue;
      std::uint64_t words[2];
      std::memcpy(words, buffer.data() + 16, sizeof(words));
      if (words[0] != kMagic) continue;  // the hostile port's
      EXPECT_GE(words[1], expected) << "twice, or out of order";
      expected = words[1] + 1;
      for (ssize_t i = 32; i < got; ++i)
        ASSERT_EQ(buffer[static_cast<std::size_t>(i)], static_cast<std::byte>(kMark));
      received.fetch_add(1, std::memory_order_release);
    }
  });

  std::uint64_t sent = 0;
  std::uint64_t given_up = 0;
  const auto end = Clock::now() + attack_duration();
  while (Clock::now() < end) {
    // At most 32 in flight; what does not arrive within 100 ms never will.
    const auto patience = Clock::now() + std::chrono::milliseconds(100);
    while (sent - received.load(std::memory_order_acquire) - given_up >= 32 && Clock::now() < patience)
      relax();
    if (sent - received - given_up >= 32) given_up = sent - received;
    Frame one = frame(address_of(2), address_of(1), 60 + sent % 1400, kMark);
    const std::uint64_t words[2] = {kMagic, sent};
    std::memcpy(one.data() + 16, words, sizeof(words));
    a->send(one);
    ++sent;
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  done = true;
  attacker.join();
  receiver.join();
  EXPECT_GT(sent, 1000u);
  EXPECT_LT(static_cast<double>(sent - received), 0.01 * static_cast<double>(sent)) << "of " << sent;
}

INSTANTIATE_TEST_SUITE_P(EveryAttack, HostilePort, testing::ValuesIn(kAttacks),
                         [](const auto& parameter) { return std::string(parameter.param.name); });

}  // namespace
}  // namespace banco::shm_switch
