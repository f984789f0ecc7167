// Rings alone: order, wrapping, growing, and a neighbour who writes what it likes.
#include "impl/shm_switch/ring.hh"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <random>
#include <vector>

namespace banco::shm_switch {
namespace {

class Ring : public testing::Test {
 protected:
  Ring() {
    void* const memory =
        ::mmap(nullptr, SHM_PAIR_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    page_ = static_cast<shm_pair_page*>(memory);
    data_ = static_cast<std::byte*>(memory) + SHM_PAIR_PAGE_BYTES;
  }
  ~Ring() override { ::munmap(page_, SHM_PAIR_BYTES); }

  bool put(RingSender& sender, std::size_t bytes, int mark = 0) {
    std::byte* const to = sender.reserve(bytes, SHM_RECORD_FRAME, budget_);
    if (to == nullptr) return false;
    std::memset(to, mark, bytes);
    sender.commit();
    return true;
  }
  // Length of the next record, 0 for none.
  std::size_t take(RingReceiver& receiver) {
    Record record;
    if (!receiver.front(record, malformed_)) return 0;
    const std::size_t bytes = record.frame_bytes;
    // Reads all of it: sanitizers see what lies outside.
    last_ = std::vector<std::byte>(record.content, record.content + bytes);
    receiver.advance();
    return bytes;
  }
  shm_ring& ring() { return page_->ring[0]; }

  shm_pair_page* page_;
  std::byte* data_;
  WindowBudget budget_;
  std::uint64_t malformed_ = 0;
  std::vector<std::byte> last_;
};

TEST_F(Ring, GivesRecordsInOrderWithTheirContent) {
  RingSender sender(ring(), data_);
  RingReceiver receiver(ring(), data_);
  std::mt19937 random(1);
  std::vector<std::size_t> waiting;
  std::size_t taken = 0;
  std::size_t lost = 0;
  for (int round = 0; round < 200'000; ++round) {
    if (random() % 2 == 0) {
      const std::size_t bytes = 14 + random() % (random() % 16 == 0 ? 60'000 : 1500);
      if (put(sender, bytes, static_cast<int>(bytes % 251))) {
        waiting.push_back(bytes);
      } else {
        ++lost;
      }
    } else if (taken < waiting.size()) {
      ASSERT_EQ(take(receiver), waiting[taken]);
      ASSERT_EQ(last_.front(), static_cast<std::byte>(waiting[taken] % 251));
      ASSERT_EQ(last_.back(), last_.front());
      ++taken;
    } else {
      ASSERT_EQ(take(receiver), 0u);
    }
  }
  EXPECT_GT(taken, 50'000u);
  EXPECT_EQ(malformed_, 0u);
}

TEST_F(Ring, StaysSmallForReceiverThatKeepsUp) {
  RingSender sender(ring(), data_);
  RingReceiver receiver(ring(), data_);
  for (int i = 0; i < 100'000; ++i) {
    ASSERT_TRUE(put(sender, 1514));
    ASSERT_EQ(take(receiver), 1514u);
  }
  EXPECT_EQ(sender.window_bytes(), kWindowBytesMin);
}

TEST_F(Ring, GivesMemoryBackWhenQuiet) {
  RingSender sender(ring(), data_);
  RingReceiver receiver(ring(), data_);
  while (put(sender, 1514)) {
  }
  EXPECT_EQ(sender.window_bytes(), SHM_RING_BYTES);
  EXPECT_FALSE(sender.shrink(budget_));
  while (take(receiver) != 0) {
  }
  EXPECT_TRUE(sender.shrink(budget_));
  EXPECT_EQ(sender.window_bytes(), kWindowBytesMin);
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(put(sender, 1000, i));
    ASSERT_EQ(take(receiver), 1000u);
    ASSERT_EQ(last_.front(), static_cast<std::byte>(i));
  }
}

TEST_F(Ring, BudgetBoundsAllWindowsTogetherButNeverTheLargestRecord) {
  std::vector<std::byte> memory(SHM_RING_BYTES);
  std::vector<shm_ring> rings(64);
  std::vector<RingSender> senders;
  for (shm_ring& one : rings) {
    senders.emplace_back(one, memory.data());
    budget_.take_always(kWindowBytesMin);
  }
  std::size_t windows_bytes = 0;
  for (RingSender& sender : senders) {
    while (put(sender, 1514)) {
    }
    windows_bytes += sender.window_bytes();
  }
  EXPECT_LE(windows_bytes, 64 * kWindowBytesMin + kWindowsBytesMax);
  EXPECT_EQ(senders.back().window_bytes(), kWindowBytesMin);
  ::usleep(1000);  // a ring that was full is believed to be full for a while
  EXPECT_NE(senders.back().reserve(SHM_RECORD_BYTES_MAX, SHM_RECORD_FRAME, budget_), nullptr);
}

TEST_F(Ring, ReceiverSurvivesAnyIndexAndAnyRecord) {
  RingReceiver receiver(ring(), data_);
  std::mt19937_64 random(2);
  for (int round = 0; round < 300'000; ++round) {
    switch (random() % 4) {
      case 0:
        ring().head = random();
        break;
      case 1:
        ring().head = ring().tail + random() % (2 * SHM_RING_BYTES);
        break;
      case 2:
        for (std::size_t i = 0; i < 16; ++i)
          data_[random() % SHM_RING_BYTES] = static_cast<std::byte>(random());
        break;
      default: {
        const shm_record record{static_cast<std::uint32_t>(random() % 3 == 0 ? random() : random() % 4096),
                                static_cast<std::uint16_t>(random() % 5), 0};
        std::memcpy(data_ + ring().tail % SHM_RING_BYTES / 8 * 8, &record, sizeof(record));
      }
    }
    const std::size_t bytes = take(receiver);
    ASSERT_LE(bytes, SHM_RECORD_BYTES_MAX);
  }
  EXPECT_GT(malformed_, 1000u);
}

TEST_F(Ring, HeadInTheMiddleOfNothingIsNoRecord) {
  RingReceiver receiver(ring(), data_);
  ring().head = 1;
  EXPECT_FALSE(receiver.has_more());
  EXPECT_EQ(take(receiver), 0u);
  EXPECT_EQ(malformed_, 0u);
}

TEST_F(Ring, EmptyOneTakesAnyRecordHoweverPoorThePort) {
  RingSender sender(ring(), data_);
  RingReceiver receiver(ring(), data_);
  sender.limit_window(64 << 10);
  // From any place in the window.
  for (int round = 0; round < 100; ++round) {
    ASSERT_TRUE(put(sender, 100 + static_cast<std::size_t>(round) * 300));
    ASSERT_NE(take(receiver), 0u);
    ASSERT_TRUE(put(sender, 45'000)) << "round " << round;
    ASSERT_EQ(take(receiver), 45'000u);
  }
}

TEST_F(Ring, WindowsThatGrowInVainLeaveRoomForOthers) {
  std::vector<std::byte> other_data(SHM_RING_BYTES);
  shm_ring other_ring{};
  for (int i = 0; i < 4; ++i) {
    shm_ring stalled{};
    std::vector<std::byte> data(SHM_RING_BYTES);
    RingSender sender(stalled, data.data());
    for (int frames = 0; frames < 2000; ++frames)
      if (sender.reserve(1514, SHM_RECORD_FRAME, budget_) != nullptr) sender.commit();
  }
  RingSender honest(other_ring, other_data.data());
  for (int frames = 0; frames < 2000; ++frames)
    if (honest.reserve(1514, SHM_RECORD_FRAME, budget_) != nullptr) honest.commit();
  EXPECT_GT(honest.window_bytes(), kWindowBytesMin);
}

TEST_F(Ring, SenderSurvivesAnyTail) {
  RingSender sender(ring(), data_);
  std::mt19937_64 random(3);
  for (int round = 0; round < 300'000; ++round) {
    if (random() % 8 == 0)
      ring().tail = random() % 2 == 0 ? random() : ring().head - random() % SHM_RING_BYTES;
    put(sender, 14 + random() % (round % 100 == 0 ? 65'000 : 1500));
    ASSERT_LE(sender.window_bytes(), SHM_RING_BYTES);
  }
}

TEST_F(Ring, ReceiverGoesOnAfterRubbish) {
  RingSender sender(ring(), data_);
  RingReceiver receiver(ring(), data_);
  put(sender, 100);
  const shm_record rubbish{0xffff'ffff, 9, 0};
  std::memcpy(data_, &rubbish, sizeof(rubbish));
  EXPECT_EQ(take(receiver), 0u);
  EXPECT_EQ(malformed_, 1u);
  put(sender, 200);
  EXPECT_EQ(take(receiver), 200u);
}

}  // namespace
}  // namespace banco::shm_switch
