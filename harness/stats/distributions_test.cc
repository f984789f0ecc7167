// Beside the values of R in reference_test.cc: the edges.
#include "harness/stats/distributions.hh"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <stdexcept>

namespace banco::stats {
namespace {

TEST(Distributions, StudentWithOneAndTwoDegreesHasClosedForms) {
  for (const double t : {-7.0, -0.3, 0.0, 1.0, 12.0}) {
    EXPECT_NEAR(student_probability(t, 1), 0.5 + std::atan(t) / std::numbers::pi, 1e-12) << t;
    EXPECT_NEAR(student_probability(t, 2), 0.5 + t / (2 * std::sqrt(2 + t * t)), 1e-12) << t;
  }
}

TEST(Distributions, QuantilesUndoProbabilities) {
  for (const double z : {-6.0, -1.5, 0.0, 0.2, 3.0}) {
    EXPECT_NEAR(normal_quantile(normal_probability(z)), z, 1e-9) << z;
    EXPECT_NEAR(student_quantile(student_probability(z, 4), 4), z, 1e-9) << z;
  }
}

TEST(Distributions, RefuseWhatIsNoProbability) {
  for (const double p : {0.0, 1.0, -0.5, std::nan("")}) {
    EXPECT_THROW(normal_quantile(p), std::invalid_argument);
    EXPECT_THROW(student_quantile(p, 3), std::invalid_argument);
  }
  EXPECT_THROW(student_probability(1, 0), std::invalid_argument);
  EXPECT_THROW(student_quantile(0.5, -1), std::invalid_argument);
}

}  // namespace
}  // namespace banco::stats
