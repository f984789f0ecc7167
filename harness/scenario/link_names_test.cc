#include "harness/scenario/link_names.hh"

#include <gmock/gmock.h>

#include <stdexcept>

#include "harness/scenario/testing.hh"

namespace banco::scenario {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

const Topology& topology() {
  static const Topology all = topology_of(R"(
  nodes:
    a: {kind: namespace}
    b: {kind: namespace}
    left: {kind: switch, type: bridge}
    right: {kind: switch, type: bridge}
    third: {kind: switch, type: bridge}
  links: [a-left, b-left, b-right, b-right, left-third]
)");
  return all;
}

TEST(FindLink, TakesInterfacesAndPairs) {
  EXPECT_EQ(name_of(find_link(topology(), "b:eth1")), "b:eth1");
  EXPECT_EQ(name_of(find_link(topology(), "a-left")), "a:eth0");
}

TEST(FindLink, NamesWhatThereIs) {
  EXPECT_THAT(
      [&] { find_link(topology(), "a:eth9"); },
      ThrowsMessage<std::invalid_argument>(AllOf(HasSubstr("a:eth9"), HasSubstr("a:eth0, b:eth0, b:eth1"))));
  EXPECT_THAT([&] { find_link(topology(), "b-right"); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("several links: say b:eth1 or b:eth2")));
}

TEST(FindTrunk, TakesEitherOrder) {
  ASSERT_NE(find_trunk(topology(), "third-left"), nullptr);
  EXPECT_EQ(name_of(*find_trunk(topology(), "third-left")), "left-third");
  EXPECT_EQ(find_trunk(topology(), "left-third"), find_trunk(topology(), "third-left"));
  EXPECT_EQ(find_trunk(topology(), "left-right"), nullptr);
}

}  // namespace
}  // namespace banco::scenario
