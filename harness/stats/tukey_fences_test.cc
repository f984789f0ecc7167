#include "harness/stats/tukey_fences.hh"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>
#include <vector>

namespace banco::stats {
namespace {

// Hinges 3 and 7.
const std::vector<double> kOneToNine{9, 1, 8, 2, 7, 3, 6, 4, 5};

TEST(TukeyFences, LieOneAndAHalfAndThreeSpreadsOut) {
  const TukeyFences fences = tukey_fences(kOneToNine);
  EXPECT_EQ(fences.outer_low, -9);
  EXPECT_EQ(fences.inner_low, -3);
  EXPECT_EQ(fences.inner_high, 13);
  EXPECT_EQ(fences.outer_high, 19);
}

TEST(TukeyFences, AValueOnAFenceIsStillWithin) {
  const TukeyFences fences = tukey_fences(kOneToNine);
  for (const double value : {-3., 5., 13.}) EXPECT_EQ(fences.place(value), Place::kInside) << value;
  for (const double value : {-9., -3.001, 13.001, 19.})
    EXPECT_EQ(fences.place(value), Place::kOutside) << value;
  for (const double value : {-9.001, 19.001}) EXPECT_EQ(fences.place(value), Place::kFarOut) << value;
}

TEST(TukeyFences, OfFewValuesHaveAllOfThemInside) {
  for (const std::vector<double>& values :
       {std::vector{1.}, std::vector{1., 100.}, std::vector{1., 1., 100.}, std::vector{1., 1., 1., 100.}})
    for (const double value : values)
      EXPECT_EQ(tukey_fences(values).place(value), Place::kInside) << values.size();
  EXPECT_EQ(tukey_fences(std::vector{1., 1., 1., 1., 100.}).place(100), Place::kFarOut);
}

TEST(TukeyFences, RefuseNothingAndWhatIsNotFinite) {
  EXPECT_THROW(tukey_fences({}), std::invalid_argument);
  EXPECT_THROW(tukey_fences(std::vector{1., std::nan("")}), std::invalid_argument);
}

}  // namespace
}  // namespace banco::stats
