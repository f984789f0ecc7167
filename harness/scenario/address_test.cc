// Arithmetic of addresses of both families.
#include "harness/scenario/address.hh"

#include <gtest/gtest.h>

#include <stdexcept>

namespace banco::scenario {
namespace {

TEST(Address, CountsAcrossBytes) {
  EXPECT_EQ(address_text(parse_network("10.0.0.0/24").plus(300, 0)), "10.0.1.44/24");
  EXPECT_EQ(address_text(parse_network("10.0.255.0/24").plus(1, 8)), "10.1.0.0/24");
  EXPECT_EQ(address_text(parse_network("10.0.0.0/23").plus(3, 9)), "10.0.6.0/23");
  EXPECT_EQ(address_text(parse_network("fd00::/64").plus(0x1ffff, 64)), "fd00:0:1:ffff::/64");
  EXPECT_EQ(address_text(parse_network("fd00::/64").plus(256, 0)), "fd00::100/64");
}

TEST(Address, KnowsItsNetworkAndWhatOverlaps) {
  EXPECT_EQ(address_text(parse_address("10.1.2.3/20").network()), "10.1.0.0/20");
  EXPECT_EQ(address_text(parse_address("fd00::1:2:3:4/60").network()), "fd00::/60");
  EXPECT_TRUE(parse_network("10.0.0.0/8").overlaps(parse_address("10.9.0.1/24")));
  EXPECT_TRUE(parse_address("10.9.0.1/24").overlaps(parse_network("10.0.0.0/8")));
  EXPECT_FALSE(parse_network("10.0.0.0/24").overlaps(parse_network("10.0.1.0/24")));
  EXPECT_FALSE(parse_network("fd00::/64").overlaps(parse_network("10.0.0.0/8")));
}

TEST(Address, IsWrittenInOneWay) {
  EXPECT_EQ(address_text(parse_address("fd00:0:0:0:0:0:0:1/64")), "fd00::1/64");
  EXPECT_EQ(host_text(parse_host("10.0.0.1")), "10.0.0.1");
  EXPECT_THROW(parse_host("10.0.0.1/24"), std::invalid_argument);
  EXPECT_THROW(parse_network("10.0.0.1/24"), std::invalid_argument);
}

}  // namespace
}  // namespace banco::scenario
