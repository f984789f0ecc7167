// Ports of one switch, as clients of libvdeplug see them.
#include "impl/shm_switch/port.hh"

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <fstream>

#include "impl/shm_switch/test_switch.hh"

namespace banco::shm_switch {
namespace {

TEST(Port, BroadcastReachesEveryOtherPort) {
  TestSwitch test;
  const auto a = test.join();
  const auto b = test.join();
  const auto c = test.join();
  const Frame sent = frame(kBroadcast, address_of(1), 77);
  EXPECT_EQ(a->send(sent), 77);
  EXPECT_EQ(wait_for(*b), sent);
  EXPECT_EQ(wait_for(*c), sent);
  EXPECT_EQ(next(*a), std::nullopt);
}

TEST(Port, UnicastToKnownAddressReachesThatPortOnly) {
  TestSwitch test;
  const auto a = test.join();
  const auto b = test.join();
  const auto c = test.join();
  introduce({a.get(), b.get(), c.get()});
  const Frame sent = frame(address_of(2), address_of(1));
  a->send(sent);
  EXPECT_EQ(wait_for(*b), sent);
  EXPECT_EQ(next(*c), std::nullopt);
  EXPECT_FALSE(is_readable(c->data_descriptor()));
}

TEST(Port, OneWayFlowDoesNotFloodOnceReceiverHasEverSent) {
  TestSwitch test;
  const auto a = test.join();
  const auto b = test.join();
  const auto c = test.join();
  b->send(frame(address_of(99), address_of(2)));  // to nobody: flooded, and a never answers
  while (next(*a) || next(*c)) {
  }
  for (int i = 0; i < 100; ++i) a->send(frame(address_of(2), address_of(1)));
  int at_b = 0;
  while (next(*b)) ++at_b;
  EXPECT_EQ(at_b, 100);
  EXPECT_EQ(next(*c), std::nullopt);
}

TEST(Port, RecvWithoutFrameGivesOneAndEagain) {
  TestSwitch test;
  const auto a = test.join();
  Frame buffer(9234);
  errno = 0;
  EXPECT_EQ(a->recv(buffer), 1);
  EXPECT_EQ(errno, EAGAIN);
}

TEST(Port, DataDescriptorIsReadableExactlyWhileFrameWaits) {
  TestSwitch test;
  const auto a = test.join();
  const auto b = test.join();
  EXPECT_FALSE(is_readable(b->data_descriptor()));
  for (int round = 0; round < 1000; ++round) {
    const int count = 1 + round % 5;
    for (int i = 0; i < count; ++i) a->send(frame(kBroadcast, address_of(1), 60, i));
    for (int i = 0; i < count; ++i) {
      ASSERT_TRUE(is_readable(b->data_descriptor()))
          << "round " << round << ", frame " << i << " of " << count;
      ASSERT_EQ(next(*b), frame(kBroadcast, address_of(1), 60, i));
    }
    ASSERT_FALSE(is_readable(b->data_descriptor())) << "round " << round;
  }
}

TEST(Port, DataDescriptorIsReadableExactlyWhileFrameWaitsAlsoWithoutPoll) {
  TestSwitch test;
  const auto a = test.join();
  const auto b = test.join();
  for (int round = 0; round < 1000; ++round) {
    for (int i = 0; i < 3; ++i) a->send(frame(kBroadcast, address_of(1)));
    ASSERT_TRUE(next(*b));
    ASSERT_TRUE(is_readable(b->data_descriptor()));
    ASSERT_TRUE(next(*b) && next(*b));
    ASSERT_FALSE(next(*b));
    ASSERT_FALSE(is_readable(b->data_descriptor()));
  }
}

TEST(Port, FrameSentToSleepingPortThatHasNotSeenTheSenderYetWakesIt) {
  TestSwitch test;
  const auto b = test.join();
  const auto a = test.join();  // b sleeps and knows nothing of a
  EXPECT_FALSE(is_readable(b->data_descriptor(), 50));
  a->send(frame(kBroadcast, address_of(1)));
  ASSERT_TRUE(is_readable(b->data_descriptor(), 2000));
  EXPECT_TRUE(next(*b));
  EXPECT_FALSE(is_readable(b->data_descriptor()));
}

TEST(Port, CarriesEveryLengthUnchanged) {
  TestSwitch test;
  const auto a = test.join();
  const auto b = test.join();
  for (std::size_t bytes = 14; bytes <= 9234; bytes += bytes < 200 ? 1 : 113) {
    const Frame sent = frame(kBroadcast, address_of(1), bytes, static_cast<int>(bytes));
    ASSERT_EQ(a->send(sent), static_cast<ssize_t>(bytes));
    ASSERT_EQ(next(*b), sent) << bytes;
  }
}

TEST(Port, CountsAndDropsFramesOfImpossibleLength) {
  TestSwitch test;
  const auto a = test.join();
  const auto b = test.join();
  EXPECT_EQ(a->send(Frame(13)), 13);
  EXPECT_EQ(a->send(Frame(0)), 0);
  EXPECT_EQ(a->send(Frame(9235)), 9235);
  EXPECT_EQ(next(*b), std::nullopt);
  EXPECT_EQ(a->page().sent.dropped[SHM_DROP_SIZE], 3u);
}

TEST(Port, FrameLongerThanBufferIsDroppedAndCountedNotCut) {
  TestSwitch test;
  const auto a = test.join();
  const auto b = test.join();
  a->send(frame(kBroadcast, address_of(1), 1500));
  a->send(frame(kBroadcast, address_of(1), 100));
  EXPECT_EQ(next(*b, 1000)->size(), 100u);
  EXPECT_EQ(b->page().received.dropped[SHM_DROP_SIZE], 1u);
}

TEST(Port, ReceiverThatStopsLosesFramesAndHoldsUpNobody) {
  TestSwitch test;
  const auto a = test.join();
  const auto stopped = test.join();
  const auto b = test.join();
  introduce({a.get(), stopped.get(), b.get()});
  for (int i = 0; i < 20'000; ++i) {
    a->send(frame(kBroadcast, address_of(1), 1514, i));
    ASSERT_EQ(next(*b), frame(kBroadcast, address_of(1), 1514, i));
  }
  const std::uint64_t dropped = a->page().sent.dropped[SHM_DROP_FULL];
  EXPECT_GT(dropped, 15'000u);
  std::uint64_t got = 0;
  while (const auto one = next(*stopped)) {
    EXPECT_EQ(one->size(), 1514u) << got;
    ++got;
  }
  EXPECT_EQ(got + dropped, 20'000u);
}

TEST(Port, FramesKeepTheirOrderWhileRingsGrowAndWrap) {
  TestSwitch test;
  const auto a = test.join();
  const auto b = test.join();
  introduce({a.get(), b.get()});
  std::uint32_t sent = 0;
  std::uint32_t expected = 0;
  std::uint32_t random = 12345;
  const auto draw = [&] { return random = random * 1664525 + 1013904223; };
  for (int round = 0; round < 3000; ++round) {
    for (std::uint32_t i = draw() >> 26; i > 0; --i) {
      Frame one = frame(address_of(2), address_of(1), 60 + (draw() >> 20) % 3000);
      std::memcpy(one.data() + 20, &sent, sizeof(sent));
      ++sent;
      a->send(one);
    }
    for (std::uint32_t i = draw() >> 26; i > 0; --i) {
      const auto one = next(*b);
      if (!one) break;
      std::uint32_t number = 0;
      std::memcpy(&number, one->data() + 20, sizeof(number));
      ASSERT_GE(number, expected);
      expected = number + 1;
    }
  }
  EXPECT_GT(expected, 50'000u);
}

TEST(Port, RingGrowsForReceiverThatFallsBehindAndThenLosesNothing) {
  TestSwitch test;
  const auto a = test.join();
  const auto b = test.join();
  introduce({a.get(), b.get()});
  // 200 frames of 1514 bytes wait at a time: ten times what a ring starts with.
  for (int round = 0; round < 100; ++round) {
    for (int i = 0; i < 200; ++i) a->send(frame(address_of(2), address_of(1), 1514));
    while (next(*b)) {
    }
  }
  EXPECT_EQ(a->page().sent.dropped[SHM_DROP_FULL], 0u);
}

TEST(Port, RingThatWrapsWhileReceiverIsBehindGrows) {
  TestSwitch test;
  const auto a = test.join();
  const auto b = test.join();
  introduce({a.get(), b.get()});
  // Never empty: sender and receiver are in different laps most of the time.
  for (int i = 0; i < 15; ++i) a->send(frame(address_of(2), address_of(1), 1514));
  std::uint64_t dropped_early = 0;
  for (int i = 0; i < 20'000; ++i) {
    for (int burst = 0; burst < 100; ++burst) a->send(frame(address_of(2), address_of(1), 1514));
    for (int burst = 0; burst < 100; ++burst) next(*b);
    if (i == 100) dropped_early = a->page().sent.dropped[SHM_DROP_FULL];
  }
  EXPECT_LT(dropped_early, 1000u);
  EXPECT_EQ(a->page().sent.dropped[SHM_DROP_FULL], dropped_early);
}

// Of all memory that ports share, what is really there; each page counts once however often it is mapped.
double shared_mib() {
  std::ifstream maps("/proc/self/smaps");
  std::string line;
  bool ours = false;
  double kib = 0;
  while (std::getline(maps, line)) {
    if (line.find('-') < 17) ours = line.find("memfd:shm_switch") != std::string::npos;
    if (ours && line.starts_with("Pss:")) kib += std::stod(line.substr(4));
  }
  return kib / 1024;
}

TEST(Port, MemoryOfManyPortsStaysSmallHoweverMuchIsBroadcast) {
  TestSwitch test;
  std::vector<std::unique_ptr<Port>> ports;
  for (int i = 0; i < 32; ++i) ports.push_back(test.join());
  const double before_mib = shared_mib();
  EXPECT_GT(before_mib, 0.1);
  EXPECT_LT(before_mib, 8);
  // Nobody takes a frame: the worst case.
  for (int i = 0; i < 1'000'000; ++i)
    ports[static_cast<std::size_t>(i) % 32]->send(frame(kBroadcast, address_of(i % 32), 60 + i % 1400));
  EXPECT_LT(shared_mib(), 64);
  RecordProperty("shared_mib", std::to_string(shared_mib()));
}

TEST(Port, LeavingPortIsForgotten) {
  TestSwitch test;
  const auto a = test.join();
  auto b = test.join();
  introduce({a.get(), b.get()});
  b.reset();
  test.in_control([](Control& control) { EXPECT_EQ(control.ports().size(), 1u); });
  a->send(frame(kBroadcast, address_of(1)));
  const auto c = test.join();
  EXPECT_EQ(c->number(), 2u);
  a->send(frame(kBroadcast, address_of(1), 99));
  EXPECT_EQ(wait_for(*c)->size(), 99u);
}

TEST(Port, AsksForPortByNumber) {
  TestSwitch test;
  const auto a = test.join({.number = 7});
  EXPECT_EQ(a->number(), 7u);
  try {
    test.join({.number = 7});
    FAIL();
  } catch (const OpenError& error) {
    EXPECT_EQ(error.error_number(), EADDRINUSE);
    EXPECT_STREQ(error.what(),
                 ("the switch at " + test.path().string() + " refuses: port 7 is taken").c_str());
  }
  EXPECT_THROW(test.join({.number = 33}), OpenError);
}

TEST(Port, FullSwitchRefuses) {
  TestSwitch test({.port_count = 2});
  const auto a = test.join();
  const auto b = test.join();
  try {
    test.join();
    FAIL();
  } catch (const OpenError& error) {
    EXPECT_EQ(error.error_number(), ENOSPC);
  }
}

TEST(Port, PathWithoutSwitchIsNamed) {
  try {
    Port port({.path = "/nonexistent/switch"});
    FAIL();
  } catch (const OpenError& error) {
    EXPECT_EQ(error.error_number(), ENOENT);
    EXPECT_STREQ(
        error.what(),
        "there is no switch at /nonexistent/switch: start one with `shm_switch -s /nonexistent/switch`");
  }
}

TEST(Port, HangUpIsSeenAtTheControlDescriptor) {
  TestSwitch test;
  const auto a = test.join();
  EXPECT_FALSE(is_readable(a->hang_up_descriptor()));
  test.in_control([](Control& control) { control.hang_up(1); });
  pollfd entry{a->hang_up_descriptor().number(), POLLIN, 0};
  ASSERT_EQ(::poll(&entry, 1, 2000), 1);
  EXPECT_NE(entry.revents & POLLHUP, 0);
}

TEST(Port, EstablishedPortsTalkOnWhenControlDiesAndAreAdoptedWhenItIsBack) {
  TestSwitch test;
  const auto a = test.join();
  const auto b = test.join();
  introduce({a.get(), b.get()});
  test.stop();
  EXPECT_FALSE(is_readable(a->hang_up_descriptor()));
  for (int i = 0; i < 100; ++i) {
    a->send(frame(address_of(2), address_of(1), 60, i));
    ASSERT_EQ(wait_for(*b), frame(address_of(2), address_of(1), 60, i));
  }
  wait_for(*a, nullptr, 50);  // wakes once: control has gone
  test.start();
  // Both sleep in poll; the new control process has to find them.
  wait_for(*a, nullptr, 200);
  wait_for(*b, nullptr, 200);
  wait_for(*a, nullptr, 200);
  wait_for(*b, nullptr, 200);
  test.in_control([](Control& control) {
    ASSERT_EQ(control.ports().size(), 2u);
    EXPECT_EQ(control.ports()[0].peer_count, 1u);
  });
  EXPECT_FALSE(is_readable(a->hang_up_descriptor()));
  a->send(frame(address_of(2), address_of(1), 61));
  EXPECT_EQ(wait_for(*b)->size(), 61u);
  const auto c = test.join();
  EXPECT_EQ(c->number(), 3u);
  c->send(frame(kBroadcast, address_of(3), 62));
  EXPECT_EQ(wait_for(*a)->size(), 62u);
  EXPECT_EQ(wait_for(*b)->size(), 62u);
}

TEST(Port, ThatControlHasForgottenComesBackAsANewcomer) {
  TestSwitch test;
  const auto a = test.join();
  const auto b = test.join();
  introduce({a.get(), b.get()});
  test.stop();
  std::filesystem::remove(test.path() / "state");
  test.start();
  // Before either has noticed: it gets the number of one of them.
  const auto c = test.join();
  ASSERT_EQ(c->number(), 1u);
  for (int i = 0; i < 5 || (i < 100 && a->number() == 1);
       ++i) {  // it tries again each time control is too busy
    wait_for(*a, nullptr, 100);
    wait_for(*b, nullptr, 100);
  }
  EXPECT_FALSE(is_readable(a->hang_up_descriptor()));
  EXPECT_NE(a->number(), 1u);
  introduce({c.get(), b.get(), a.get()});
  a->send(frame(address_of(2), address_of(3), 61));
  EXPECT_EQ(wait_for(*b)->size(), 61u);
  b->send(frame(address_of(3), address_of(2), 62));
  EXPECT_EQ(wait_for(*a)->size(), 62u);
  c->send(frame(address_of(3), address_of(1), 63));
  EXPECT_EQ(wait_for(*a)->size(), 63u);
  // News from control may still come; no frame does.
  for (const auto& port : {a.get(), b.get()}) {
    EXPECT_FALSE(wait_for(*port, nullptr, 100));
    EXPECT_FALSE(is_readable(port->data_descriptor()));
  }
}

TEST(Port, ChildThatUsesPortAfterForkOwnsIt) {
  TestSwitch test;
  const auto a = test.join();
  const auto b = test.join();
  introduce({a.get(), b.get()});
  const pid_t child = ::fork();
  if (child == 0) {
    a->send(frame(address_of(2), address_of(1), 100));
    ::_exit(0);
  }
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_EQ(wait_for(*b)->size(), 100u);
  a->send(frame(address_of(2), address_of(1), 101));
  EXPECT_EQ(next(*b), std::nullopt);
}

TEST(Port, ParentKeepsPortWhenChildOnlyExits) {
  TestSwitch test;
  const auto a = test.join();
  const auto b = test.join();
  introduce({a.get(), b.get()});
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  a->send(frame(address_of(2), address_of(1), 101));
  EXPECT_EQ(wait_for(*b)->size(), 101u);
}

}  // namespace
}  // namespace banco::shm_switch
