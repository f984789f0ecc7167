#include "impl/vde/ethernet.hh"

#include <gtest/gtest.h>

#include <vector>

namespace banco::vde {
namespace {

std::vector<std::byte> frame_of(std::initializer_list<int> bytes) {
  std::vector<std::byte> frame;
  for (const int byte : bytes) frame.push_back(static_cast<std::byte>(byte));
  return frame;
}

const std::vector<std::byte> kUntagged = frame_of({1, 2, 3, 4, 5, 6, 0xa, 0xb, 0xc, 0xd, 0xe, 0xf, 8, 0});

TEST(Ethernet, ReadsAddressesAsNumbers) {
  EXPECT_EQ(destination_of(kUntagged), 0x010203040506u);
  EXPECT_EQ(source_of(kUntagged), 0x0a0b0c0d0e0fu);
}

TEST(Ethernet, TellsGroupAddressesByTheirFirstBit) {
  EXPECT_TRUE(is_group(kBroadcastAddress));
  EXPECT_TRUE(is_group(0x01005e000001));
  EXPECT_TRUE(is_group(0x333300000001));
  EXPECT_FALSE(is_group(0x525400123456));
  EXPECT_FALSE(is_group(0x00ffffffffff));
}

TEST(VlanTag, IsReadBehindTheAddresses) {
  const auto frame = frame_of({1, 2, 3, 4, 5, 6, 0xa, 0xb, 0xc, 0xd, 0xe, 0xf, 0x81, 0, 0xbf, 0xff, 8, 0});
  const auto tag = vlan_tag_of(frame);
  ASSERT_TRUE(tag);
  EXPECT_EQ(tag->tci, 0xbfff);
  EXPECT_EQ(tag->vid(), 4095);
  EXPECT_EQ(tag->pcp(), 5);
  EXPECT_TRUE(tag->dei());
}

TEST(VlanTag, IsNotThereWithoutItsType) {
  EXPECT_FALSE(vlan_tag_of(kUntagged));
  EXPECT_FALSE(
      vlan_tag_of(frame_of({1, 2, 3, 4, 5, 6, 0xa, 0xb, 0xc, 0xd, 0xe, 0xf, 0x88, 0xa8, 0, 1, 8, 0})));
}

TEST(VlanTag, IsNotReadBeyondTheEndOfAFrame) {
  EXPECT_FALSE(vlan_tag_of(frame_of({1, 2, 3, 4, 5, 6, 0xa, 0xb, 0xc, 0xd, 0xe, 0xf, 0x81, 0})));
  EXPECT_FALSE(vlan_tag_of(frame_of({1, 2, 3, 4, 5, 6, 0xa, 0xb, 0xc, 0xd, 0xe, 0xf, 0x81, 0, 0, 1, 8})));
}

TEST(AddressText, IsReadBackAsItWasWritten) {
  EXPECT_EQ(to_text(0x52540012abcf), "52:54:00:12:ab:cf");
  for (const std::uint64_t address :
       {std::uint64_t{0}, std::uint64_t{0x0123456789ab}, std::uint64_t{0xcdef0a0b0c0d}, kBroadcastAddress})
    EXPECT_EQ(address_from_text(to_text(address)), address);
  EXPECT_EQ(address_from_text("AA:bB:0c:DE:EF:F9"), 0xaabb0cdeeff9u);
}

TEST(AddressText, OfAnyOtherFormIsRefused) {
  for (const char* text : {"", "52:54:00:12:34:5", "52:54:00:12:34:567", "52-54-00-12-34-56",
                           "52:54:00:12:34:5g", "5:254:00:12:34:56", " 52:54:00:12:34:5", "525400123456",
                           "52:54:00:12:34:+6", "52:54:00:12:34:", "0x:54:00:12:34:56"})
    EXPECT_FALSE(address_from_text(text)) << text;
}

static_assert(address_from_text("00:00:00:00:01:02") == 0x0102);

}  // namespace
}  // namespace banco::vde
