#include "harness/stats/holm.hh"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>
#include <vector>

namespace banco::stats {
namespace {

TEST(Holm, MultipliesTheLeastByAllAndTheGreatestByOne) {
  EXPECT_EQ(holm_adjust(std::vector{0.5, 0.25, 0.0625}), (std::vector{0.5, 0.5, 0.1875}));
}

TEST(Holm, NeverPutsALargerPBelowASmaller) {
  EXPECT_EQ(holm_adjust(std::vector{0.25, 0.125, 0.25}), (std::vector{0.5, 0.375, 0.5}));
}

TEST(Holm, LeavesASingleTestAlone) {
  EXPECT_EQ(holm_adjust(std::vector{0.03}), std::vector{0.03});
  EXPECT_TRUE(holm_adjust({}).empty());
}

TEST(Holm, StaysWithinOne) {
  EXPECT_EQ(holm_adjust(std::vector{0.75, 0.75, 1.0}), (std::vector{1.0, 1.0, 1.0}));
}

TEST(Holm, RefusesWhatIsNoPValue) {
  for (const double p : {-0.1, 1.1, std::nan("")})
    EXPECT_THROW(holm_adjust(std::vector{p}), std::invalid_argument);
}

}  // namespace
}  // namespace banco::stats
