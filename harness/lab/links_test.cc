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
