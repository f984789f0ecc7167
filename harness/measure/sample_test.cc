// When two results may be compared.
#include "harness/measure/sample.hh"

#include <gtest/gtest.h>

namespace banco::measure {
namespace {

TEST(Contradiction, NamesTheFirstFactThatDiffers) {
  EXPECT_EQ(
      contradiction({{"accelerator", "kvm"}, {"qemu", "7.2"}}, {{"accelerator", "tcg"}, {"qemu", "8.0"}}),
      "accelerator kvm against tcg");
}

TEST(Contradiction, IsNoneWhereOnlyOneStatesAFact) {
  EXPECT_EQ(contradiction({{"kernel", "6.1"}, {"vde_switch", "2.3"}}, {{"kernel", "6.1"}, {"offload", "on"}}),
            "");
}

}  // namespace
}  // namespace banco::measure
