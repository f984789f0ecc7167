// A hostile port beside two honest ones: whatever it does to everything it may write, they lose less than 1 %
// of their frames, get none twice, none out of order and none changed.
//
// SHM_HOSTILE_SECONDS: how long each attack lasts; 1 by default.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <random>
#include <thread>

#include "impl/shm_switch/attacks.hh"
#include "impl/shm_switch/test_switch.hh"

namespace banco::shm_switch {
namespace {

using Clock = std::chrono::steady_clock;

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
    std::mt19937_64 random(42);
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
  // Whatever the attack has left lying about, a port comes to rest.
  for (const auto& port : {a.get(), b.get()}) {
    while (wait_for(*port, nullptr, 100)) {
    }
    int looks = 0;
    while (is_readable(port->data_descriptor(), 10) && ++looks < 1000) next(*port);
    EXPECT_LT(looks, 1000) << "wakes for nothing, again and again";
  }
}

INSTANTIATE_TEST_SUITE_P(EveryAttack, HostilePort, testing::ValuesIn(attacks().begin(), attacks().end()),
                         [](const auto& parameter) { return std::string(parameter.param.name); });

}  // namespace
}  // namespace banco::shm_switch
