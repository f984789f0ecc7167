// Networks with more than one switch: frames pass where they should, and nowhere else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/topology/staging.hh"

namespace banco::topology {
namespace {

using testing::HasSubstr;

std::string plain(std::string name) {
  std::erase(name, '-');
  return name;
}

struct Kinds {
  std::string first;
  std::string second;
};

void PrintTo(const Kinds& kinds, std::ostream* out) {
  *out << kinds.first << " and " << kinds.second;
}

std::string name_of(const testing::TestParamInfo<Kinds>& info) {
  return plain(info.param.first) + "And" + plain(info.param.second);
}

std::string two_switches(const Kinds& kinds) {
  return "    s1: {kind: switch, type: " + kinds.first + "}\n    s2: {kind: switch, type: " + kinds.second +
         "}\n";
}

class OfTwoKinds : public testing::TestWithParam<Kinds> {
 protected:
  void SetUp() override {
    if (const auto missing = missing_for({GetParam().first, GetParam().second}); !missing.empty())
      GTEST_SKIP() << missing;
  }
};

using Trunks = OfTwoKinds;

TEST_P(Trunks, PassFramesBothWays) {
  on_stage("  nodes:\n    a: {}\n    b: {}\n" + two_switches(GetParam()) + "  links: [a-s1, b-s2, s1-s2]\n",
           [](run::Stage& stage) {
             stage.wait_until_connected({{"a", "b"}, {"b", "a"}}, {});
             const std::string address = stage.address_of("b", "a");
             EXPECT_TRUE(answers(stage, "a", address, {"-M", "do", "-s", "1472"})) << "a full packet";
           });
}

INSTANTIATE_TEST_SUITE_P(All, Trunks,
                         testing::Values(Kinds{"bridge", "bridge"}, Kinds{"bridge", "vde"},
                                         Kinds{"bridge", "vxvde"}, Kinds{"bridge", "shm"},
                                         Kinds{"shm", "bridge"}, Kinds{"vde", "vde"}, Kinds{"vde", "vxvde"},
                                         Kinds{"vde", "shm"}, Kinds{"vxvde", "vxvde"}, Kinds{"vxvde", "shm"},
                                         Kinds{"shm", "shm"}, Kinds{"vde-hub", "shm-hub"},
                                         Kinds{"bridge", "shm-hub"}),
                         name_of);

using Vlans = OfTwoKinds;

// Pairs a0 and b0 without a VLAN, a1 and b1 in VLAN 10, a2 and b2 in VLAN 20, all with addresses of one
// network, so that only the switches keep them apart.
std::string pairs_in_vlans(const Kinds& kinds, const std::string& trunk) {
  return "  nodes:\n    \"a[0-2]\": {}\n    \"b[0-2]\": {}\n" + two_switches(kinds) + R"(
  links:
    - {endpoints: [a0, s1], address: 10.0.0.1/24}
    - {endpoints: [b0, s2], address: 10.0.0.2/24}
    - {endpoints: [a1, s1], address: 10.0.0.11/24, vlan: 10}
    - {endpoints: [b1, s2], address: 10.0.0.12/24, vlan: 10}
    - {endpoints: [a2, s1], address: 10.0.0.21/24, vlan: 20}
    - {endpoints: [b2, s2], address: 10.0.0.22/24, vlan: 20}
    - )" +
         trunk + "\n";
}

TEST_P(Vlans, HearOnlyThemselvesOnOneSwitchAndOverATrunk) {
  on_stage(pairs_in_vlans(GetParam(), "s1-s2"), [](run::Stage& stage) {
    stage.wait_until_connected({{"a0", "b0"}, {"a1", "b1"}, {"b2", "a2"}}, {});
    for (const char* foreign : {"10.0.0.1", "10.0.0.2", "10.0.0.21", "10.0.0.22"})
      EXPECT_FALSE(answers(stage, "a1", foreign)) << foreign << " is in another VLAN";
    EXPECT_FALSE(answers(stage, "a0", "10.0.0.12"));
    EXPECT_TRUE(answers(stage, "a1", "10.0.0.12", {"-M", "do", "-s", "1472"})) << "a full packet and its tag";
  });
}

TEST_P(Vlans, PassATrunkThatNamesThem) {
  on_stage(pairs_in_vlans(GetParam(), "{endpoints: [s1, s2], vlan: 10}"), [](run::Stage& stage) {
    stage.wait_until_connected({{"a1", "b1"}, {"b1", "a1"}}, {});
    EXPECT_FALSE(answers(stage, "a2", "10.0.0.22"));
    EXPECT_FALSE(answers(stage, "a0", "10.0.0.2"));
  });
}

INSTANTIATE_TEST_SUITE_P(All, Vlans,
                         testing::Values(Kinds{"bridge", "bridge"}, Kinds{"vde", "vde"}, Kinds{"shm", "shm"},
                                         Kinds{"bridge", "vde"}, Kinds{"bridge", "shm"}, Kinds{"vde", "shm"}),
                         name_of);

class Loops : public testing::TestWithParam<std::string> {};

TEST_P(Loops, AreBrokenBySpanningTree) {
  if (const auto missing = missing_for({GetParam()}); !missing.empty()) GTEST_SKIP() << missing;
  on_stage("  shape: {ring: {switches: 4, switch: " + GetParam() + "}}\n", [](run::Stage& stage) {
    stage.wait_until_connected({{"h1", "h2"}, {"h2", "h3"}, {"h3", "h4"}, {"h4", "h1"}}, {});
    const auto received_count = [&] {
      return std::stoll(stage.machine("h1").run({"awk", "/eth0:/ {print $3}", "/proc/net/dev"}).output);
    };
    const long long before = received_count();
    // Broadcasts, which a loop would multiply without end.
    stage.machine("h3").run({"ping", "-n", "-b", "-c", "5", "-i", "0.1", "-W", "1", "10.0.0.255"});
    EXPECT_LT(received_count() - before, 100);
  });
}

INSTANTIATE_TEST_SUITE_P(Of, Loops, testing::Values("bridge", "vde"),
                         [](const auto& parameter) { return parameter.param; });

constexpr const char* kTwoRouters = R"(
  addressing: {ipv6: fd00::/48}
  nodes:
    a: {}
    b: {}
    "r[1-2]": {kind: router}
    "s[1-3]": {kind: switch, type: bridge}
  links: [a-s1, r1-s1, r1-s2, r2-s2, r2-s3, b-s3]
)";

TEST(Routers, PassPacketsOfBothFamilies) {
  on_stage(kTwoRouters, [](run::Stage& stage) {
    stage.wait_until_connected({{"a", "b"}, {"b", "a"}, {"a", "r2"}}, {});
    EXPECT_EQ(stage.address_of("b", "a"), "10.0.2.2");
    EXPECT_EQ(stage.address_of("b", "a", scenario::Family::kIpv6), "fd00:0:0:2::2");
    for (const char* address : {"10.0.2.2", "fd00:0:0:2::2"})
      EXPECT_THAT(stage.machine("a").run({"ping", "-n", "-c", "1", "-W", "2", address}).output,
                  HasSubstr("ttl=62"))
          << "two routers have counted it down from 64";
  });
}

TEST(Routers, ConfigureNothingThatNobodyAskedFor) {
  on_stage(kTwoRouters, [](run::Stage& stage) {
    EXPECT_EQ(stage.machine("a").run({"cat", "/proc/sys/net/ipv6/conf/eth0/accept_ra"}).output, "0\n");
    EXPECT_THAT(stage.machine("r1").run({"ip", "-6", "address", "show", "tentative"}).output, "");
    EXPECT_THAT(stage.machine("a").run({"ip", "-6", "route", "show", "default"}).output,
                HasSubstr("default via fd00::2 dev eth0"));
  });
}

TEST(Ipv6, IsOffUnlessTheFileAsks) {
  on_stage("  nodes: {a: {}, b: {}, s: {kind: switch, type: bridge}}\n  links: [a-s, b-s]\n",
           [](run::Stage& stage) {
             EXPECT_EQ(stage.machine("a").run({"ip", "-6", "address"}).output, "");
           });
}

TEST(Interfaces, OfOneMachineAreOnDifferentSwitches) {
  on_stage(R"(
  nodes:
    m: {}
    a: {}
    b: {}
    s: {kind: switch, type: bridge}
    t: {kind: switch, type: bridge}
  links: [m-s, m-t, a-s, b-t]
)",
           [](run::Stage& stage) {
             stage.wait_until_connected({{"m", "a"}, {"m", "b"}, {"b", "m"}}, {});
             EXPECT_EQ(stage.address_of("m", "a"), "10.0.0.1");
             EXPECT_EQ(stage.address_of("m", "b"), "10.0.1.1");
             EXPECT_FALSE(answers(stage, "a", stage.address_of("b", "m"))) << "a machine is no router";
           });
}

using Jumbo = OfTwoKinds;

TEST_P(Jumbo, PassesFromEndToEnd) {
  on_stage("  nodes:\n    a: {}\n    b: {}\n    c: {}\n" + two_switches(GetParam()) +
               "  links: [{endpoints: [a, s1], mtu: 9000}, {endpoints: [b, s1], mtu: 9000}, {endpoints: [c, "
               "s2], mtu: 9000}, s1-s2]\n",
           [](run::Stage& stage) {
             stage.wait_until_connected({{"a", "b"}, {"a", "c"}, {"c", "a"}}, {});
             constexpr const char* kPayload = "8972";  // and 28 bytes of headers
             // Both ways: where a request may not be cut into fragments, an answer may.
             for (const scenario::Pair& pair : {scenario::Pair{"a", "b"}, {"a", "c"}, {"c", "a"}})
               EXPECT_TRUE(answers(stage, pair.client, stage.address_of(pair.server, pair.client),
                                   {"-M", "do", "-s", kPayload}))
                   << pair.client << " to " << pair.server;
             EXPECT_FALSE(answers(stage, "a", stage.address_of("b", "a"), {"-M", "do", "-s", "8973"}));
           });
}

INSTANTIATE_TEST_SUITE_P(On, Jumbo,
                         testing::Values(Kinds{"bridge", "bridge"}, Kinds{"shm", "shm"},
                                         Kinds{"shm", "bridge"}, Kinds{"vxvde", "bridge"},
                                         Kinds{"vxvde", "shm"}),
                         name_of);

}  // namespace
}  // namespace banco::topology
