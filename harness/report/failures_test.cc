#include "harness/report/failures.hh"

#include <gmock/gmock.h>

#include "harness/report/test_runs.hh"

namespace banco::report {
namespace {

using measure::Outcome;
using test::cell;
using testing::ElementsAre;

TEST(Failures, TellEqualOnesOnceAndFailedOnesFirst) {
  test::RunBuilder builder(3);
  for (int block = 1; block <= 3; ++block) {
    builder.ended(block, cell("socket", "8"), Outcome::kSkipped, "no memory");
    builder.ended(block, cell("vde", "2"));
  }
  builder.ended(2, cell("vde", "8"), Outcome::kFailed, "lost")
      .ended(3, cell("vde", "8"), Outcome::kFailed, "late");
  const auto failures = list_failures(builder.run);
  ASSERT_EQ(failures.size(), 3u);
  EXPECT_EQ(failures[0].last->reason, "lost");
  EXPECT_EQ(failures[1].last->reason, "late");
  EXPECT_EQ(failures[2].last->outcome, Outcome::kSkipped);
  EXPECT_THAT(failures[2].blocks, ElementsAre(1, 2, 3));
}

TEST(BlockWords, FoldRows) {
  EXPECT_EQ(block_words({3}), "block 3");
  EXPECT_EQ(block_words({1, 2, 3, 5, 9, 10}), "blocks 1–3, 5, 9–10");
}

}  // namespace
}  // namespace banco::report
