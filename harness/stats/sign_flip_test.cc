#include "harness/stats/sign_flip.hh"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include "harness/stats/random.hh"

namespace banco::stats {
namespace {

TEST(SignFlip, EqualSignsGiveTheSmallestP) {
  for (const std::size_t count : {1U, 2U, 6U, 10U, 20U, 40U}) {
    EXPECT_EQ(sign_flip_p_value(std::vector(count, 0.1)), std::ldexp(2.0, -static_cast<int>(count))) << count;
    EXPECT_EQ(sign_flip_p_value(std::vector(count, -0.1)), least_sign_flip_p_value(count)) << count;
  }
}

TEST(SignFlip, OfNoDifferenceIsOne) {
  EXPECT_EQ(sign_flip_p_value(std::vector(5, 0.0)), 1);
  EXPECT_EQ(sign_flip_p_value(std::vector(50, 0.0)), 1);
  EXPECT_EQ(sign_flip_p_value(std::vector{3., -1., -2.}), 1);
}

// Darwin's 15 pairs of maize, eighths of an inch. Fisher (The Design of Experiments, 1935, section 21) counts
// 863 of the 32768 sign choices with a sum of 314 or more, 28 of them exactly 314.
const std::vector<double> kDarwin{49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48};

TEST(SignFlip, AgreesWithFisherOnDarwinsMaize) {
  EXPECT_EQ(sign_flip_p_value(kDarwin), 2 * 863 / 32768.0);
  std::vector<double> thousandths(kDarwin);  // sums that are equal on paper, and not in a double
  for (double& difference : thousandths) difference /= 1000;
  EXPECT_EQ(sign_flip_p_value(thousandths), 2 * 863 / 32768.0);
}

TEST(SignFlip, RandomFlipsAgreeWithTheExactTest) {
  std::vector<double> differences = kDarwin;
  differences.resize(kExactSignFlipCount);  // zeros change no sum
  EXPECT_EQ(sign_flip_p_value(differences), 2 * 863 / 32768.0);
  differences.resize(kExactSignFlipCount + 1);
  EXPECT_NEAR(sign_flip_p_value(differences), 2 * 863 / 32768.0, 0.002);
  differences.insert(differences.begin(), 59, 0.0);  // more than a word of random bits
  EXPECT_NEAR(sign_flip_p_value(differences), 2 * 863 / 32768.0, 0.002);
}

TEST(SignFlip, RandomFlipsNeverClaimPOfZero) {
  const double p_value = sign_flip_p_value(std::vector(60, 0.1));
  EXPECT_GT(p_value, 0);
  EXPECT_LT(p_value, 1e-5);
}

TEST(SignFlip, RandomFlipsDependOnTheSeedAlone) {
  Random random(3);
  std::vector<double> differences(50);
  for (double& difference : differences) difference = draw_normal(random) + 0.2;
  EXPECT_EQ(sign_flip_p_value(differences, 1), sign_flip_p_value(differences, 1));
  EXPECT_NE(sign_flip_p_value(differences, 1), sign_flip_p_value(differences, 2));
}

TEST(SignFlip, RefusesNothingAndWhatIsNotFinite) {
  EXPECT_THROW(sign_flip_p_value({}), std::invalid_argument);
  EXPECT_THROW(sign_flip_p_value(std::vector{1., std::nan("")}), std::invalid_argument);
  EXPECT_THROW(sign_flip_p_value(std::vector{std::numeric_limits<double>::infinity()}),
               std::invalid_argument);
}

}  // namespace
}  // namespace banco::stats
