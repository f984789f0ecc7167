#include "harness/lab/links.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/lab/connection.hh"
#include "harness/scenario/parse.hh"

namespace banco::lab {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

scenario::Topology topology() {
  return scenario::expand(scenario::parse_scenario(R"(
name: names
topology:
  nodes:
    a: {kind: namespace}
    b: {kind: namespace}
    left: {kind: switch, type: bridge}
    right: {kind: switch, type: bridge}
  links: [a-left, b-left, b-right, b-right]
measure:
  - ping: {pairs: [[a, b]]}
)",
                                                   "names.yaml"))
      .at(0)
      .topology;
}

TEST(FindLink, TakesInterfacesAndPairs) {
  const auto all = topology();
  EXPECT_EQ(name_of(find_link(all, "b:eth1")), "b:eth1");
  EXPECT_EQ(name_of(find_link(all, "a-left")), "a:eth0");
}

TEST(FindLink, NamesWhatThereIs) {
  const auto all = topology();
  EXPECT_THAT([&] { find_link(all, "a:eth9"); },
              ThrowsMessage<RequestError>(AllOf(HasSubstr("a:eth9"), HasSubstr("a:eth0, b:eth0, b:eth1"))));
  EXPECT_THAT([&] { find_link(all, "b-right"); },
              ThrowsMessage<RequestError>(HasSubstr("several links: say b:eth1 or b:eth2")));
}

TEST(FindMachine, NamesWhatThereIs) {
  const auto all = topology();
  EXPECT_EQ(find_machine(all, "b").name, "b");
  EXPECT_THAT([&] { find_machine(all, "c"); },
              ThrowsMessage<RequestError>(HasSubstr("there is no machine c; there is a, b")));
}

TEST(HostsText, NamesMachinesByTheirFirstAddressAndInterfacesByTheirs) {
  EXPECT_EQ(hosts_text(topology(), "here"),
            "127.0.0.1 localhost\n"
            "::1 localhost\n"
            "10.0.0.1 a a.eth0\n"
            "10.0.0.2 b b.eth0\n"
            "10.0.1.1 b.eth1\n"
            "10.0.1.2 b.eth2\n"
            "127.0.1.1 here\n");
  EXPECT_THAT(hosts_text(topology(), "a"), testing::Not(HasSubstr("127.0.1.1")));
}

}  // namespace
}  // namespace banco::lab
