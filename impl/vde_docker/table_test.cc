#include "impl/vde_docker/table.hh"

#include <gmock/gmock.h>

#include <thread>

namespace banco::vde_docker {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Table, HoldsOneEntryAndNoOther) {
  Table<int> table;
  const auto held = table.hold("a");
  EXPECT_FALSE(table.try_hold("a"));
  EXPECT_TRUE(table.try_hold("b"));
}

TEST(Table, KeepsWhatWasFilledAndForgetsWhatIsEmpty) {
  Table<int> table;
  *table.hold("a") = 1;
  static_cast<void>(table.hold("b"));
  EXPECT_THAT(table.names(), ElementsAre("a"));
  EXPECT_EQ(*table.hold("a"), 1);
  table.hold("a")->reset();
  EXPECT_THAT(table.names(), IsEmpty());
}

TEST(Table, LetsOneThreadAtATimeChangeAnEntry) {
  Table<int> table;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&table] {
        for (int round = 0; round < 10'000; ++round) {
          const auto held = table.hold("a");
          // Emptied again and again, while others wait for it.
          *held = (*held).value_or(0) + 1;
          if (*held == 1000) held->reset();
        }
      });
  }
  EXPECT_THAT(table.names(), IsEmpty());  // 40,000 is a multiple of 1000
}

}  // namespace
}  // namespace banco::vde_docker
