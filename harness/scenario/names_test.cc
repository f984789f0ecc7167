// Ranges and globs.
#include "harness/scenario/names.hh"

#include <gmock/gmock.h>

#include <stdexcept>

namespace banco::scenario {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(Range, CountsUp) {
  EXPECT_THAT(expand_range("vm[1-3]"), ElementsAre("vm1", "vm2", "vm3"));
  EXPECT_THAT(expand_range("a[9-11]-left"), ElementsAre("a9-left", "a10-left", "a11-left"));
  EXPECT_THAT(expand_range("vm[0-0]"), ElementsAre("vm0"));
  EXPECT_THAT(expand_range("sw"), ElementsAre("sw"));
  EXPECT_EQ(expand_range("vm[1-1024]").size(), 1024U);
}

TEST(Range, RefusesReversedBounds) {
  EXPECT_THAT([] { expand_range("vm[8-1]"); },
              ThrowsMessage<std::invalid_argument>("the range \"vm[8-1]\" is empty: 8 comes after 1"));
}

TEST(Range, RefusesMoreNodesThanACellHolds) {
  EXPECT_THAT([] { expand_range("vm[0-1024]"); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("larger than 1024")));
  EXPECT_THROW(expand_range("vm[0-999999999999999999999]"), std::invalid_argument);
}

TEST(Range, RefusesWhatIsNoRange) {
  for (const char* text : {"vm[]", "vm[1]", "vm[1-", "vm1-2]", "vm[a-b]", "vm[1-2][3-4]", "vm[-1-2]",
                           "vm[1--2]", "vm[01-02]", "vm[ 1-2]", "]["}) {
    EXPECT_THAT([&] { expand_range(text); }, ThrowsMessage<std::invalid_argument>(HasSubstr("no range")))
        << text;
  }
}

TEST(Range, RefusesImproperNames) {
  for (const char* text : {"", "1vm", "VM", "vm_1", "-a", "a b", "[1-2]", "a*", "a/b", "é"}) {
    EXPECT_THROW(expand_range(text), std::invalid_argument) << text;
  }
  EXPECT_NO_THROW(expand_range(std::string(32, 'a')));
  EXPECT_THROW(expand_range(std::string(33, 'a')), std::invalid_argument);
  EXPECT_THROW(expand_range(std::string(1'000'000, 'a')), std::invalid_argument);
}

TEST(Glob, StandsForAnyCharacters) {
  EXPECT_TRUE(matches_glob("vm*", "vm12"));
  EXPECT_TRUE(matches_glob("vm*", "vm"));
  EXPECT_TRUE(matches_glob("*a*b*", "xxaxxbxx"));
  EXPECT_TRUE(matches_glob("*ab", "aab"));
  EXPECT_TRUE(matches_glob("vm?", "vm1"));
  EXPECT_FALSE(matches_glob("vm?", "vm"));
  EXPECT_FALSE(matches_glob("vm?", "vm12"));
  EXPECT_FALSE(matches_glob("vm*1", "vm12"));
  EXPECT_FALSE(matches_glob("", "a"));
  EXPECT_TRUE(matches_glob("", ""));
}

TEST(Glob, TakesNoExponentialTime) {
  std::string pattern;
  for (int i = 0; i < 1000; ++i) pattern += "*a";
  EXPECT_FALSE(matches_glob(pattern + "b", std::string(2000, 'a')));
}

TEST(Selection, KeepsTheOrderOfTheNodes) {
  const std::vector<std::string> names{"vm2", "vm1", "sw"};
  EXPECT_THAT(select_names("vm*", names), ElementsAre("vm2", "vm1"));
  EXPECT_THAT(select_names("vm[1-2]", names), ElementsAre("vm1", "vm2"));
  EXPECT_THAT(select_names("sw", names), ElementsAre("sw"));
}

TEST(Selection, NamesTheNearestNode) {
  EXPECT_THAT(
      [] {
        select_names("switsh", {"vm1", "switch"});
      },
      ThrowsMessage<std::invalid_argument>("there is no node \"switsh\"; did you mean \"switch\"?"));
  EXPECT_THAT(
      [] {
        select_names("vm[1-2]", {"vm1", "sw"});
      },
      ThrowsMessage<std::invalid_argument>(HasSubstr("there is no node \"vm2\"")));
  EXPECT_THAT(
      [] {
        select_names("host*", {"vm1", "sw"});
      },
      ThrowsMessage<std::invalid_argument>("\"host*\" matches no node; known: \"vm1\" or \"sw\""));
}

}  // namespace
}  // namespace banco::scenario
