// Queues under pressure: CoDel, FQ-CoDel, and what they read in packets.
#include <gmock/gmock.h>

#include <array>
#include <map>

#include "impl/vde/checksum.hh"
#include "impl/wire/discipline.hh"
#include "impl/wire/packet.hh"
#include "impl/wire/random.hh"
#include "impl/wire/test_frames.hh"

namespace banco::wire {
namespace {

using namespace std::chrono_literals;

// UDP over IPv4 with a right header checksum.
std::vector<std::byte> ipv4_frame(std::uint8_t ecn, std::uint16_t port = 1000,
                                  std::size_t size_bytes = 1000) {
  auto frame = numbered_frame(0, size_bytes);
  vde::store16(frame, vde::kEtherTypeOffset, vde::kEtherTypeIpv4);
  const auto packet = std::span(frame).subspan(vde::kEthernetHeaderBytes);
  std::fill(packet.begin(), packet.begin() + 28, std::byte{0});
  packet[0] = std::byte{0x45};
  packet[1] = std::byte{ecn};
  packet[9] = std::byte{17};
  vde::store16(packet, 20, port);
  vde::store16(packet, 10, static_cast<std::uint16_t>(vde::internet_checksum(packet.first(20))));
  return frame;
}

std::vector<std::byte> ipv6_frame(std::uint8_t ecn) {
  auto frame = numbered_frame(0, 200);
  vde::store16(frame, vde::kEtherTypeOffset, vde::kEtherTypeIpv6);
  frame[14] = std::byte{0x60};
  frame[15] = std::byte(ecn << 4);
  frame[20] = std::byte{6};
  return frame;
}

TEST(Packet, IsMarkedWhereItsSenderUnderstandsIt) {
  for (const std::uint8_t ecn : std::to_array<std::uint8_t>({1, 2, 3})) {
    auto frame = ipv4_frame(ecn);
    EXPECT_TRUE(mark_congestion(frame));
    const auto packet = std::span(frame).subspan(14);
    EXPECT_EQ(vde::load8(packet, 1) & 3, 3);
    EXPECT_EQ(vde::internet_checksum(packet.first(20)), 0) << "the header's checksum is right again";
    auto six = ipv6_frame(ecn);
    EXPECT_TRUE(mark_congestion(six));
    EXPECT_EQ(vde::load8(six, 15) >> 4 & 3, 3);
  }
  auto deaf = ipv4_frame(0);
  const auto before = deaf;
  EXPECT_FALSE(mark_congestion(deaf));
  EXPECT_EQ(deaf, before);
}

TEST(Packet, IsReadAtAnyLengthAndWithTags) {
  const auto whole = ipv4_frame(1);
  for (std::size_t size = 14; size < 60; ++size) {
    std::vector<std::byte> cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    flow_of(cut, 1);
    EXPECT_EQ(mark_congestion(cut), size >= 34) << size;
  }
  auto tagged = whole;
  const std::array<std::byte, 4> tag{std::byte{0x81}, std::byte{0}, std::byte{0}, std::byte{5}};
  tagged.insert(tagged.begin() + 12, tag.begin(), tag.end());
  EXPECT_EQ(flow_of(tagged, 1), flow_of(whole, 1));
  EXPECT_TRUE(mark_congestion(tagged));
  // Tags up to the end of the frame.
  std::vector<std::byte> tags(14);
  while (tags.size() < 200) tags.insert(tags.begin() + 12, tag.begin(), tag.end());
  flow_of(tags, 1);
}

TEST(Packet, FlowsAreToldApartByPortsAndSeed) {
  EXPECT_EQ(flow_of(ipv4_frame(0, 1, 100), 1), flow_of(ipv4_frame(1, 1, 900), 1));
  EXPECT_NE(flow_of(ipv4_frame(0, 1), 1), flow_of(ipv4_frame(0, 2), 1));
  EXPECT_NE(flow_of(ipv4_frame(0, 1), 1), flow_of(ipv4_frame(0, 1), 2));
}

// Offers `load` times what the link takes for a while; returns the mean wait of frames that left late in the
// run.
struct Pressure {
  Counters counters;
  double mean_wait_ms = 0;
  std::map<std::uint64_t, int> served;  // by flow
};
Pressure press(const Queue& queue, int load, std::uint8_t ecn) {
  Pressure result;
  FramePool pool;
  const auto discipline = make_discipline(queue, 1, result.counters);
  double waited_ms = 0;
  int late = 0;
  for (Time now = 1s; now < 11s; now += 1ms) {
    for (int i = 0; i < load; ++i) {
      Frame frame = pool.copy(ipv4_frame(ecn, 1));
      frame.queued = now;
      discipline->push(std::move(frame));
    }
    if (const auto frame = discipline->pop(now); frame && now > 6s) {
      waited_ms += static_cast<double>((now - frame->queued).count()) / 1e6;
      ++late;
    }
  }
  result.mean_wait_ms = waited_ms / late;
  return result;
}

TEST(Codel, KeepsTheWaitNearItsTargetWhereTailDropFillsTheQueue) {
  Queue queue{.frames_limit = 1000};
  EXPECT_GT(press(queue, 2, 0).mean_wait_ms, 900);
  queue.discipline = Queue::Discipline::kCodel;
  // A sender that does not react keeps CoDel busy; it still drops ever faster.
  const Pressure codel = press(queue, 2, 0);
  EXPECT_GT(codel.counters.dropped_aqm, 1000u);
  EXPECT_LT(codel.mean_wait_ms, 900);
}

TEST(Codel, LeavesAShortQueueAlone) {
  Counters counters;
  FramePool pool;
  const auto discipline = make_discipline({.discipline = Queue::Discipline::kCodel}, 1, counters);
  for (Time now = 1s; now < 5s; now += 1ms) {
    Frame frame = pool.copy(ipv4_frame(0));
    frame.queued = now - 4ms;
    discipline->push(std::move(frame));
    EXPECT_TRUE(discipline->pop(now));
  }
  EXPECT_EQ(counters.dropped_aqm, 0u);
}

TEST(Codel, DropsTheFirstFrameAfterAWholeIntervalAboveTheTarget) {
  Counters counters;
  FramePool pool;
  const auto discipline = make_discipline(
      {.discipline = Queue::Discipline::kCodel, .target = 5ms, .interval = 100ms}, 1, counters);
  std::uint64_t sent = 0;
  // Always 20 frames that waited for 10 ms.
  Time first_drop{0};
  for (Time now = 1s; now < 1s + 310ms; now += 1ms) {
    while (discipline->frame_count() < 20) {
      Frame frame = pool.copy(numbered_frame(++sent, 1000));
      frame.queued = now - 10ms;
      discipline->push(std::move(frame));
    }
    discipline->pop(now);
    if (counters.dropped_aqm > 0 && first_drop == Time(0)) first_drop = now;
  }
  EXPECT_EQ(first_drop, 1s + 100ms);
  // The next ones come after interval / sqrt(1), then / sqrt(2): at 200 and 270.7 ms.
  EXPECT_EQ(counters.dropped_aqm, 3u);
}

TEST(Codel, MarksInPlaceOfDropping) {
  const Pressure marked =
      press({.discipline = Queue::Discipline::kCodel, .frames_limit = 100'000, .ecn = true}, 2, 1);
  EXPECT_GT(marked.counters.marked, 100u);
  EXPECT_EQ(marked.counters.dropped_aqm, 0u);
}

TEST(FqCodel, GivesEveryFlowItsShareAndNewOnesTheFirstPlace) {
  Counters counters;
  FramePool pool;
  const auto discipline = make_discipline(
      {.discipline = Queue::Discipline::kFqCodel, .frames_limit = 10'000, .interval = 10s}, 1, counters);
  const auto push = [&](std::uint16_t port, int count) {
    for (int i = 0; i < count; ++i) {
      Frame frame = pool.copy(ipv4_frame(0, port));
      frame.queued = 1s;
      discipline->push(std::move(frame));
    }
  };
  push(1, 1000);
  push(2, 100);
  push(3, 100);
  std::map<std::uint16_t, int> served;
  const auto pop = [&] {
    const auto frame = discipline->pop(1s);
    ASSERT_TRUE(frame);
    ++served[vde::load16(frame->bytes(), 34)];
  };
  for (int i = 0; i < 150; ++i) pop();
  for (const std::uint16_t port : std::to_array<std::uint16_t>({1, 2, 3}))
    EXPECT_NEAR(served[port], 50, 3) << port;
  push(4, 1);
  pop();
  EXPECT_EQ(served[4], 1) << "a flow that sends little does not wait for those that send much";
}

TEST(FqCodel, DropsFromTheLongestFlowWhenFull) {
  Counters counters;
  FramePool pool;
  const auto discipline =
      make_discipline({.discipline = Queue::Discipline::kFqCodel, .frames_limit = 100}, 1, counters);
  for (int i = 0; i < 200; ++i) {
    for (const std::uint16_t port : std::to_array<std::uint16_t>({1, 1, 1, 2})) {
      if (port == 2 && i >= 20) continue;
      discipline->push(pool.copy(ipv4_frame(0, port)));
    }
  }
  EXPECT_LE(discipline->frame_count(), 100u);
  std::map<std::uint16_t, int> left;
  while (const auto frame = discipline->pop(0s)) ++left[vde::load16(frame->bytes(), 34)];
  EXPECT_EQ(left[2], 20);
  EXPECT_EQ(counters.dropped_queue, 620u - 20 - static_cast<unsigned>(left[1]));
}

TEST(FqCodel, ForgetsNoFrame) {
  Counters counters;
  FramePool pool;
  const auto discipline = make_discipline({.discipline = Queue::Discipline::kFqCodel,
                                           .frames_limit = 300,
                                           .flow_count = 16,
                                           .quantum_bytes = 300},
                                          1, counters);
  Random random(5);
  std::uint64_t pushed = 0;
  std::uint64_t popped = 0;
  for (Time now = 1s; now < 4s; now += 1ms) {
    for (std::uint64_t i = random.below(4); i > 0; --i, ++pushed) {
      Frame frame =
          pool.copy(ipv4_frame(0, static_cast<std::uint16_t>(random.below(40)), 64 + random.below(1400)));
      frame.queued = now;
      discipline->push(std::move(frame));
    }
    if (discipline->pop(now)) ++popped;
    ASSERT_EQ(pushed, popped + counters.dropped_queue + counters.dropped_aqm + discipline->frame_count());
  }
  while (discipline->pop(5s)) ++popped;
  EXPECT_EQ(discipline->frame_count(), 0u);
  EXPECT_EQ(discipline->bytes(), 0u);
  EXPECT_EQ(pushed, popped + counters.dropped_queue + counters.dropped_aqm);
  EXPECT_GT(counters.dropped_aqm, 0u);
}

}  // namespace
}  // namespace banco::wire
