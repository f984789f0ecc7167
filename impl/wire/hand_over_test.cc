// Frames between two threads: none lost, none changed, none forgotten while somebody sleeps.
#include "impl/wire/hand_over.hh"

#include <gtest/gtest.h>
#include <poll.h>

#include <thread>

#include "impl/wire/client_end.hh"
#include "impl/wire/random.hh"
#include "impl/wire/test_frames.hh"

namespace banco::wire {
namespace {

using namespace std::chrono_literals;

bool is_readable(int descriptor, int timeout_ms = 0) {
  pollfd poll_it{descriptor, POLLIN, 0};
  return ::poll(&poll_it, 1, timeout_ms) == 1;
}

TEST(HandOver, KeepsOrderContentAndTime) {
  HandOver ring;
  std::vector<std::byte> buffer(vde::kMaxFrameBytes);
  Random random(1);
  std::uint64_t put = 0;
  std::uint64_t taken = 0;
  for (int round = 0; round < 20'000; ++round) {
    for (std::uint64_t i = random.below(4); i > 0; --i)
      if (ring.put(numbered_frame(put, 14 + 8 + put * 37 % (vde::kMaxFrameBytes - 22)), Time(put))) ++put;
    for (std::uint64_t i = random.below(4); i > 0; --i) {
      const auto bytes = ring.front_bytes();
      if (!bytes) break;
      const auto arrival = ring.take(buffer);
      ASSERT_EQ(arrival.frame_bytes, *bytes);
      ASSERT_EQ(arrival.at, Time(taken));
      ASSERT_EQ(std::vector(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(*bytes)),
                numbered_frame(taken, 14 + 8 + taken * 37 % (vde::kMaxFrameBytes - 22)));
      ++taken;
    }
  }
  EXPECT_GT(taken, 1000u);
}

TEST(HandOver, RefusesWhatHasNoRoom) {
  HandOver ring;
  std::vector<std::byte> buffer(vde::kMaxFrameBytes);
  std::size_t count = 0;
  while (ring.put(numbered_frame(count, 9000), Time(0))) ++count;
  EXPECT_GT(count, 110u);
  EXPECT_LT(count, 117u);
  ASSERT_TRUE(ring.front_bytes());
  ring.take(buffer);
  EXPECT_TRUE(ring.put(numbered_frame(count, 5000), Time(0)));
}

TEST(HandOver, BellSaysAtAnyTimeWhetherAFrameIsThere) {
  HandOver ring;
  std::vector<std::byte> buffer(vde::kMaxFrameBytes);
  EXPECT_TRUE(ring.arm());
  EXPECT_FALSE(is_readable(ring.bell().number()));
  ring.put(numbered_frame(1), Time(0));
  ring.ring();
  EXPECT_TRUE(is_readable(ring.bell().number()));
  EXPECT_FALSE(ring.arm()) << "there is a frame";
  EXPECT_TRUE(is_readable(ring.bell().number()));
  ASSERT_TRUE(ring.front_bytes());
  ring.take(buffer);
  EXPECT_TRUE(ring.arm());
  EXPECT_FALSE(is_readable(ring.bell().number()));
}

TEST(HandOver, NobodySleepsWhileAFrameWaits) {
  HandOver ring;
  constexpr std::uint64_t kCount = 200'000;
  std::thread giver([&] {
    Random random(2);
    for (std::uint64_t number = 0; number < kCount;) {
      if (ring.put(numbered_frame(number, 64), Time(0))) ++number;
      ring.ring();
      if (random.below(64) == 0) std::this_thread::yield();
    }
  });
  std::vector<std::byte> buffer(vde::kMaxFrameBytes);
  std::uint64_t taken = 0;
  while (taken < kCount) {
    if (ring.front_bytes()) {
      const auto arrival = ring.take(buffer);
      ASSERT_EQ(number_of({buffer.data(), arrival.frame_bytes}), taken);
      ++taken;
    } else if (ring.arm()) {
      ASSERT_TRUE(is_readable(ring.bell().number(), 10'000))
          << "a frame waits and nobody said so, at " << taken;
    }
  }
  giver.join();
}

TEST(ClientEnd, GivesTheValuesThatClientsUnderstand) {
  ClientEnd end;
  std::vector<std::byte> buffer(2000);
  EXPECT_EQ(end.client_receive(buffer), 1);
  EXPECT_EQ(errno, EAGAIN);
  EXPECT_FALSE(is_readable(end.client_descriptor()));
  EXPECT_NE(end.client_send({}), 0);
  EXPECT_EQ(end.client_send(numbered_frame(1, 10'000)), 10'000);
  EXPECT_EQ(end.client_send(numbered_frame(1, 60)), 60);
  EXPECT_TRUE(end.send(numbered_frame(7, 60)));
  EXPECT_TRUE(end.send(numbered_frame(8, 3000)));
  EXPECT_TRUE(end.send(numbered_frame(9, 61)));
  EXPECT_TRUE(is_readable(end.client_descriptor()));
  EXPECT_EQ(end.client_receive(buffer), 60);
  EXPECT_TRUE(is_readable(end.client_descriptor())) << "another one is there";
  EXPECT_EQ(end.client_receive(buffer), 61) << "what does not fit is dropped, not cut";
  EXPECT_FALSE(is_readable(end.client_descriptor()));
  EXPECT_EQ(end.take_egress_drops(), 1u);
  end.close();
  EXPECT_TRUE(is_readable(end.client_descriptor()));
  EXPECT_EQ(end.client_receive(buffer), -1);
  EXPECT_TRUE(is_readable(end.client_descriptor())) << "and it stays so";
}

TEST(ClientEnd, DropsWhatTheWireDoesNotTake) {
  ClientEnd end;
  for (int i = 0; i < 2000; ++i) EXPECT_EQ(end.client_send(numbered_frame(1, 1514)), 1514);
  EXPECT_GT(end.take_ingress_drops(), 1000u);
  EXPECT_EQ(end.take_ingress_drops(), 0u);
}

}  // namespace
}  // namespace banco::wire
