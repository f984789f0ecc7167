// Who gets a frame, and in what form: VLANs, hub, mirrors, isolation, ageing, claims of others' addresses,
// offloads.
#include <gtest/gtest.h>

#include <algorithm>

#include "impl/shm_switch/test_switch.hh"
#include "impl/vde/checksum.hh"
#include "impl/vde/ethernet.hh"
#include "impl/vde/virtio_net_header.hh"

namespace banco::shm_switch {
namespace {

constexpr int kPayload = 0x33;

PortOptions with_vlans(std::string_view spec) {
  PortOptions options;
  options.vlans = parse_vlans(spec);
  return options;
}

TEST(Vlans, NewPortsPassEveryTagAsItIs) {
  TestSwitch test;
  const auto a = test.join();
  const auto b = test.join();
  for (const std::uint16_t vlan : std::initializer_list<std::uint16_t>{1, 100, 4094}) {
    const Frame sent = frame(kBroadcast, address_of(1), 100, kPayload, vlan);
    a->send(sent);
    EXPECT_EQ(next(*b), sent) << vlan;
  }
}

TEST(Vlans, AccessPortsOfDifferentVlansHaveNoRing) {
  TestSwitch test;
  const auto a = test.join(with_vlans("10"));
  const auto b = test.join(with_vlans("20"));
  const auto c = test.join(with_vlans("10"));
  a->send(frame(kBroadcast, address_of(1)));
  EXPECT_TRUE(wait_for(*c));
  EXPECT_EQ(next(*b), std::nullopt);
  test.in_control([](Control& control) {
    EXPECT_EQ(control.ports()[0].peer_count, 1u);
    EXPECT_EQ(control.ports()[1].peer_count, 0u);
  });
}

TEST(Vlans, TagIsPutInForTrunkAndTakenOutForAccessPort) {
  TestSwitch test;
  const auto access = test.join(with_vlans("10"));
  const auto trunk = test.join(with_vlans("trunk"));
  const auto other = test.join(with_vlans("20"));
  access->send(frame(kBroadcast, address_of(1), 100, kPayload));
  EXPECT_EQ(next(*trunk), frame(kBroadcast, address_of(1), 104, kPayload, 10));
  EXPECT_EQ(next(*other), std::nullopt);

  trunk->send(frame(kBroadcast, address_of(2), 104, kPayload, 10));
  EXPECT_EQ(next(*access), frame(kBroadcast, address_of(2), 100, kPayload));
  EXPECT_EQ(next(*other), std::nullopt);
  trunk->send(frame(kBroadcast, address_of(2), 104, kPayload, 20));
  EXPECT_EQ(next(*access), std::nullopt);
  EXPECT_EQ(next(*other), frame(kBroadcast, address_of(2), 100, kPayload));
}

TEST(Vlans, AccessPortMaySendNoTag) {
  TestSwitch test;
  const auto access = test.join(with_vlans("10"));
  const auto trunk = test.join();
  access->send(frame(kBroadcast, address_of(1), 100, kPayload, 20));
  access->send(frame(kBroadcast, address_of(1), 100, kPayload, 10));
  EXPECT_EQ(next(*trunk), std::nullopt);
  EXPECT_EQ(access->page().sent.dropped[SHM_DROP_VLAN], 2u);
}

TEST(Vlans, PriorityTagIsNoVlanAndKeepsItsPriorityWhenATagIsNeeded) {
  TestSwitch test;
  const auto access = test.join(with_vlans("10"));
  const auto same = test.join(with_vlans("10"));
  const auto trunk = test.join(with_vlans("10t"));
  Frame sent = frame(kBroadcast, address_of(1), 100, kPayload, 0);
  sent[14] = std::byte{0xa0};
  access->send(sent);
  EXPECT_EQ(next(*same), sent);
  Frame expected = frame(kBroadcast, address_of(1), 100, kPayload, 10);
  expected[14] = std::byte{0xa0};
  EXPECT_EQ(next(*trunk), expected);
}

TEST(Vlans, SameAddressInTwoVlansIsTwoAddresses) {
  TestSwitch test;
  const auto a = test.join(with_vlans("10"));
  const auto b = test.join(with_vlans("20"));
  const auto trunk = test.join();
  a->send(frame(kBroadcast, address_of(7)));
  b->send(frame(kBroadcast, address_of(7)));
  while (next(*trunk)) {
  }
  trunk->send(frame(address_of(7), address_of(3), 104, kPayload, 20));
  EXPECT_TRUE(next(*b));
  EXPECT_EQ(next(*a), std::nullopt);
}

TEST(Vlans, ChangeTakesRingsAwayAndGivesThemBack) {
  TestSwitch test;
  const auto a = test.join();
  const auto b = test.join();
  introduce({a.get(), b.get()});
  test.in_control([](Control& control) {
    control.set_vlans(1, access_vlan(10));
    control.set_vlans(2, access_vlan(20));
  });
  a->send(frame(address_of(2), address_of(1)));
  a->send(frame(kBroadcast, address_of(1)));
  EXPECT_EQ(next(*b), std::nullopt);
  test.in_control([](Control& control) { control.set_vlans(2, access_vlan(10)); });
  a->send(frame(kBroadcast, address_of(1), 88));
  EXPECT_EQ(wait_for(*b)->size(), 88u);
}

TEST(Vlans, WishAgainstAdministratorIsRefused) {
  TestSwitch test;
  test.in_control([](Control& control) { control.set_vlans(1, access_vlan(10)); });
  PortOptions options = with_vlans("20");
  options.number = 1;
  try {
    test.join(options);
    FAIL();
  } catch (const OpenError& error) {
    EXPECT_EQ(error.error_number(), EACCES);
  }
  options.vlans = access_vlan(10);
  EXPECT_EQ(test.join(options)->number(), 1u);
  TestSwitch fixed({.clients_choose_vlans = false});
  EXPECT_THROW(fixed.join(with_vlans("20")), OpenError);
}

TEST(Vlans, ReceiverDropsWhatItsNeighbourMayNotSend) {
  TestSwitch test;
  const auto access = test.join(with_vlans("10"));
  const auto trunk = test.join();
  // A hostile access port: it puts a tagged frame into the ring itself.
  SwitchLink hostile({.path = test.path(), .vlans = access_vlan(10)});
  const auto to_trunk = hostile.membership()->peers.at(1).peer;
  WindowBudget budget;
  const Frame forged = frame(kBroadcast, address_of(3), 100, kPayload, 20);
  for (int i = 0; i < 5; ++i) {
    std::memcpy(to_trunk->out.reserve(forged.size(), SHM_RECORD_FRAME, budget), forged.data(), forged.size());
    to_trunk->out.commit();
  }
  EXPECT_EQ(next(*trunk), std::nullopt);
  EXPECT_EQ(trunk->page().received.dropped[SHM_DROP_VLAN], 5u);
}

TEST(Hub, EveryFrameReachesEveryPort) {
  TestSwitch test({.hub = true});
  const auto a = test.join();
  const auto b = test.join();
  const auto c = test.join();
  introduce({a.get(), b.get(), c.get()});
  a->send(frame(address_of(2), address_of(1)));
  EXPECT_TRUE(next(*b));
  EXPECT_TRUE(next(*c));
  test.in_control([](Control& control) { control.set_hub(false); });
  a->send(frame(address_of(2), address_of(1)));
  EXPECT_TRUE(next(*b));
  EXPECT_EQ(next(*c), std::nullopt);
}

TEST(Mirror, GetsOneCopyOfEveryFrameOfEveryVlan) {
  TestSwitch test;
  const auto a = test.join(with_vlans("10"));
  const auto b = test.join(with_vlans("10"));
  const auto trunk = test.join();
  const auto mirror = test.join(with_vlans("99"));
  introduce({a.get(), b.get(), trunk.get()});
  test.in_control([](Control& control) { control.set_mirror(4, true); });
  a->send(frame(address_of(2), address_of(1), 70));
  a->send(frame(kBroadcast, address_of(1), 71));
  trunk->send(frame(address_of(50), address_of(3), 72, kPayload, 20));
  // One after the other only within a sender.
  std::vector<std::size_t> sizes;
  for (int i = 0; i < 3; ++i) sizes.push_back(wait_for(*mirror).value_or(Frame()).size());
  std::sort(sizes.begin(), sizes.end());
  EXPECT_EQ(sizes, (std::vector<std::size_t>{70, 71, 72}));
  EXPECT_EQ(next(*mirror), std::nullopt);
}

TEST(Isolation, IsolatedPortsReachOnlyOthers) {
  TestSwitch test;
  const auto a = test.join();
  const auto b = test.join();
  const auto router = test.join();
  test.in_control([](Control& control) {
    control.set_isolated(1, true);
    control.set_isolated(2, true);
    EXPECT_EQ(control.ports()[0].peer_count, 1u);
  });
  a->send(frame(kBroadcast, address_of(1)));
  EXPECT_TRUE(wait_for(*router));
  EXPECT_EQ(next(*b), std::nullopt);
  router->send(frame(kBroadcast, address_of(3)));
  EXPECT_TRUE(wait_for(*a));
  EXPECT_TRUE(wait_for(*b));
}

TEST(Addresses, OldClaimsAreForgotten) {
  TestSwitch test({.ageing_s = 1});
  const auto a = test.join();
  const auto b = test.join();
  const auto c = test.join();
  introduce({a.get(), b.get(), c.get()});
  ::usleep(3'100'000);
  a->send(frame(address_of(2), address_of(1)));
  EXPECT_TRUE(next(*b));
  EXPECT_TRUE(next(*c));
}

TEST(Addresses, MachineThatMovesIsReachedAtOnce) {
  TestSwitch test;
  const auto a = test.join();
  const auto b = test.join();
  const auto c = test.join();
  introduce({a.get(), b.get(), c.get()});
  c->send(frame(kBroadcast, address_of(2)));
  while (next(*a) || next(*b)) {
  }
  ::usleep(1'100'000);  // the other claim is noticed within a second
  a->send(frame(address_of(2), address_of(1)));
  EXPECT_TRUE(next(*c));
}

TEST(Addresses, NeighbourThatClaimsAnAddressTakesNoFrameAway) {
  TestSwitch test;
  const auto a = test.join();
  const auto b = test.join();
  const auto thief = test.join();
  introduce({a.get(), b.get(), thief.get()});
  for (int i = 0; i < 50; ++i) thief->send(frame(kBroadcast, address_of(2)));
  ::usleep(1'100'000);
  while (next(*a) || next(*b)) {
  }
  for (int i = 0; i < 10; ++i) {
    a->send(frame(address_of(2), address_of(1)));
    EXPECT_TRUE(next(*b));
  }
}

TEST(Addresses, FrameToAnAddressBehindTheSamePortGoesNowhere) {
  TestSwitch test;
  const auto a = test.join();
  const auto b = test.join();
  a->send(frame(kBroadcast, address_of(8)));
  while (next(*b)) {
  }
  a->send(frame(address_of(8), address_of(1)));
  EXPECT_EQ(next(*b), std::nullopt);
  EXPECT_EQ(a->page().sent.dropped[SHM_DROP_FILTERED], 1u);
}

TEST(Addresses, ControlSeesWhoLivesWhere) {
  TestSwitch test;
  const auto a = test.join();
  const auto b = test.join();
  a->send(frame(address_of(9), address_of(1), 64, kPayload, 5));
  test.in_control([](Control& control) {
    ASSERT_EQ(control.addresses().size(), 1u);
    EXPECT_EQ(control.addresses()[0].address, address_of(1));
    EXPECT_EQ(control.addresses()[0].vlan, 5);
    EXPECT_EQ(control.addresses()[0].port, 1u);
  });
}

// --- offloads

// A TCP super-frame over IPv4 as a kernel with TSO hands it over: `data_bytes` of data, segments of 1448.
Frame super_frame(std::size_t data_bytes, std::optional<std::uint16_t> vlan = {}) {
  const std::size_t network = vlan ? 18 : 14;
  Frame result = frame(address_of(2), address_of(1), network + 20 + 20 + data_bytes, 0, vlan);
  const auto put16 = [&](std::size_t at, std::size_t value) {
    result[at] = static_cast<std::byte>(value >> 8 & 0xff);
    result[at + 1] = static_cast<std::byte>(value & 0xff);
  };
  put16(network - 2, 0x0800);
  result[network] = std::byte{0x45};
  put16(network + 2, 40 + data_bytes);
  result[network + 8] = std::byte{64};
  result[network + 9] = std::byte{6};
  put16(network + 12, 0x0a00);
  put16(network + 14, 0x0001);
  put16(network + 16, 0x0a00);
  put16(network + 18, 0x0002);
  result[network + 32] = std::byte{0x50};
  result[network + 33] = std::byte{0x10};
  for (std::size_t i = 0; i < data_bytes; ++i)
    result[network + 40 + i] = static_cast<std::byte>(i * 7 & 0xff);
  virtio_net_hdr_v1 header{};
  header.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
  header.gso_type = VIRTIO_NET_HDR_GSO_TCPV4;
  header.hdr_len = static_cast<std::uint16_t>(network + 40);
  header.gso_size = 1448;
  header.csum_start = static_cast<std::uint16_t>(network + 20);
  header.csum_offset = 16;
  Frame with_header(sizeof(header) + result.size());
  std::memcpy(with_header.data(), &header, sizeof(header));
  std::memcpy(with_header.data() + sizeof(header), result.data(), result.size());
  return with_header;
}

PortOptions with_offload() {
  PortOptions options;
  options.offload = true;
  return options;
}

TEST(Offload, SuperFrameCrossesAsItIsBetweenPortsThatBothTakeIt) {
  TestSwitch test;
  const auto a = test.join(with_offload());
  const auto b = test.join(with_offload());
  const Frame sent = super_frame(60'000);
  a->send(sent);
  EXPECT_EQ(next(*b, 70'000), sent);
}

TEST(Offload, SuperFrameIsCutForPortThatTakesNone) {
  TestSwitch test;
  const auto a = test.join(with_offload());
  const auto plain = test.join();
  const Frame sent = super_frame(60'000);
  a->send(sent);
  Frame data;
  int count = 0;
  while (const auto segment = next(*plain)) {
    EXPECT_LE(segment->size(), 1514u);
    data.insert(data.end(), segment->begin() + 54, segment->end());
    ++count;
  }
  EXPECT_EQ(count, 42);
  EXPECT_EQ(data, Frame(sent.begin() + 12 + 54, sent.end()));
}

TEST(Offload, PlainFrameGetsAnEmptyHeaderForPortThatWantsOne) {
  TestSwitch test;
  const auto plain = test.join();
  const auto b = test.join(with_offload());
  const Frame sent = frame(kBroadcast, address_of(1), 80);
  plain->send(sent);
  const auto got = next(*b);
  ASSERT_TRUE(got);
  EXPECT_EQ(Frame(got->begin(), got->begin() + 12), Frame(12));
  EXPECT_EQ(Frame(got->begin() + 12, got->end()), sent);
}

TEST(Offload, TagThatIsTakenOutMovesTheChecksum) {
  TestSwitch test;
  PortOptions access = with_offload();
  access.vlans = access_vlan(10);
  const auto trunk = test.join(with_offload());
  const auto b = test.join(access);
  trunk->send(super_frame(10'000, std::uint16_t{10}));
  EXPECT_EQ(next(*b, 70'000), super_frame(10'000));
  b->send(super_frame(10'000));
  EXPECT_EQ(next(*trunk, 70'000), super_frame(10'000, std::uint16_t{10}));
}

TEST(Offload, HeaderThatCannotBeIsDroppedAndCounted) {
  TestSwitch test;
  const auto a = test.join(with_offload());
  const auto b = test.join(with_offload());
  Frame sent = super_frame(10'000);
  sent[6] = std::byte{0xff};  // checksum starts behind the frame
  sent[7] = std::byte{0xff};
  a->send(sent);
  a->send(Frame(11));
  a->send(Frame(12 + 13));
  EXPECT_EQ(next(*b, 70'000), std::nullopt);
  EXPECT_EQ(a->page().sent.dropped[SHM_DROP_MALFORMED], 1u);
  EXPECT_EQ(a->page().sent.dropped[SHM_DROP_SIZE], 2u);
}

TEST(Offload, LargestSuperFramePassesHoweverManyPortsShareTheMemory) {
  TestSwitch test({.port_count = 64});
  const auto a = test.join(with_offload());
  const auto b = test.join(with_offload());
  std::vector<std::unique_ptr<Port>> others;
  for (int i = 0; i < 60; ++i) others.push_back(test.join());
  introduce({a.get(), b.get()});
  const Frame sent = super_frame(65'000);
  for (int i = 0; i < 100; ++i) {
    a->send(sent);
    ASSERT_EQ(next(*b, 70'000), sent);
  }
}

}  // namespace
}  // namespace banco::shm_switch
