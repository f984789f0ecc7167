#include "impl/shm_switch/vlan.hh"

#include <gtest/gtest.h>

namespace banco::shm_switch {
namespace {

TEST(VlanText, ReadsAndWritesTheSameLanguage) {
  for (const char* text : {"0", "10", "4094", "trunk", "10,20t", "20t", "5,20t,30-39t,4094t", "1-4094t"})
    EXPECT_EQ(to_text(parse_vlans(text).value()), text);
}

TEST(VlanText, RefusesWhatIsNone) {
  for (const char* text :
       {"", "x", "4095", "10,20", "0t", "20t,", "30-20t", "10t-20", "-1", "10 ", "1-t", "99999t"})
    EXPECT_EQ(parse_vlans(text), std::nullopt) << text;
}

TEST(VlanMembership, KnowsItsMembers) {
  const VlanMembership vlans = parse_vlans("10,20t").value();
  EXPECT_TRUE(vlans.has(10));
  EXPECT_FALSE(vlans.has_tagged(10));
  EXPECT_TRUE(vlans.has_tagged(20));
  EXPECT_FALSE(vlans.has(0));
  EXPECT_FALSE(every_vlan().has_tagged(4095));
  EXPECT_TRUE(every_vlan().has(0));
}

TEST(VlanMembership, SharesVlansTaggedOrNot) {
  const auto shares = [](const char* a, const char* b) {
    return parse_vlans(a)->shares_any_with(*parse_vlans(b)) &&
           parse_vlans(b)->shares_any_with(*parse_vlans(a));
  };
  EXPECT_TRUE(shares("10", "10"));
  EXPECT_TRUE(shares("10", "10t"));
  EXPECT_TRUE(shares("20t,30t", "5,30t"));
  EXPECT_TRUE(shares("trunk", "17"));
  EXPECT_FALSE(shares("10", "20"));
  EXPECT_FALSE(shares("10,20t", "0,21t"));
  // Two ports without any untagged VLAN share none by that.
  EXPECT_FALSE(shares("10t", "20t"));
}

}  // namespace
}  // namespace banco::shm_switch
