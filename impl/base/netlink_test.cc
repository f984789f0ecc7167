// Every test runs in namespaces of its own, as root and as an ordinary user alike.
#include "impl/base/netlink.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include "impl/base/child_process.hh"
#include "impl/base/namespaces.hh"
#include "impl/base/network_devices.hh"
#include "impl/base/system_error.hh"

namespace banco::base {
namespace {

using testing::HasSubstr;

std::string output_of(std::vector<std::string> command, const NetworkNamespace* network = nullptr) {
  return run_command({.command = std::move(command),
                      .network_namespace = network == nullptr ? nullptr : &network->descriptor()})
      .output;
}

// Runs the body of a test in new namespaces; expectations inside count, through the exit code.
void in_lab(const std::function<void()>& body) {
  EXPECT_EQ(run_in_new_namespaces([&] {
              check_system_call("mount", ::mount("tmpfs", "/run", "tmpfs", 0, nullptr));
              body();
              return testing::Test::HasFailure() ? 1 : 0;
            }),
            0);
}

TEST(Netlink, JoinsTwoNamespacesByABridgeThatPasses) {
  in_lab([] {
    const Bridge bridge("br0");
    const NetworkNamespace left("left");
    const NetworkNamespace right("right");
    Netlink lab;
    int number = 0;
    for (const NetworkNamespace* side : {&left, &right}) {
      const std::string name = "v" + std::to_string(++number);
      lab.add_veth({.name = name}, {.name = "p"});
      lab.set_master(name, "br0");
      lab.set_up(name);
      lab.move("p", side->descriptor(), "eth0");
      Netlink inside(side->descriptor());
      inside.set_mac("eth0", "52:54:00:00:00:0" + std::to_string(number));
      inside.set_mtu("eth0", 1400);
      inside.add_address("eth0", "10.0.0." + std::to_string(number) + "/24");
      inside.set_up("eth0");
    }
    EXPECT_THAT(output_of({"ip", "link", "show", "eth0"}, &right), HasSubstr("52:54:00:00:00:02"));
    EXPECT_THAT(output_of({"ip", "link", "show", "eth0"}, &right), HasSubstr("mtu 1400"));
    EXPECT_THAT(output_of({"ping", "-c1", "-W5", "10.0.0.2"}, &left), HasSubstr("1 received"));
  });
}

TEST(Netlink, ErrorsNameTheRequestAndTheReason) {
  in_lab([] {
    EXPECT_THAT([] { Netlink().set_up("nowhere"); },
                testing::ThrowsMessage<NetlinkError>(HasSubstr("find nowhere: ")));
    EXPECT_THAT([] { Netlink().add_bridge("a-name-that-is-too-long"); },
                testing::ThrowsMessage<std::invalid_argument>(HasSubstr("a-name-that-is-too-long")));
    EXPECT_THAT([] { Netlink().add_address("lo", "10.0.0.300/24"); },
                testing::ThrowsMessage<NetlinkError>(HasSubstr("10.0.0.300/24")));
    const Bridge bridge("br0");
    EXPECT_THAT([] { Bridge("br0"); }, testing::ThrowsMessage<NetlinkError>(HasSubstr("add bridge br0: ")));
  });
}

TEST(Netlink, FindsAnInterfaceByItsAliasWhereverItIs) {
  in_lab([] {
    const NetworkNamespace other("other");
    const VethPair pair("v1", "v2");
    Netlink netlink;
    EXPECT_EQ(netlink.find_by_alias("mine"), std::nullopt);
    netlink.set_alias("v2", "mine");
    EXPECT_EQ(netlink.find_by_alias("mine"), "v2");
    netlink.move("v2", other.descriptor(), "eth0");
    EXPECT_EQ(netlink.find_by_alias("mine"), std::nullopt);
    EXPECT_EQ(Netlink(other.descriptor()).find_by_alias("mine"), "eth0");
  });
}

TEST(Netlink, RoutesMulticastThroughLoopback) {
  in_lab([] {
    Netlink().add_route("239.0.0.0/8", "lo");
    EXPECT_THAT(output_of({"ip", "route"}), HasSubstr("239.0.0.0/8 dev lo"));
  });
}

TEST(Netlink, MakesAVethPairWhole) {
  in_lab([] {
    const Bridge bridge("br0");
    const NetworkNamespace network("left");
    Netlink().add_veth({.name = "v0", .mtu_bytes = 9000, .bridge = "br0", .up = true},
                       {.name = "eth0",
                        .mac = "52:54:00:00:00:07",
                        .mtu_bytes = 9000,
                        .network_namespace = &network.descriptor()});
    EXPECT_THAT(output_of({"ip", "link", "show", "v0"}),
                testing::AllOf(HasSubstr("mtu 9000"), HasSubstr("master br0"), HasSubstr("UP")));
    EXPECT_THAT(output_of({"ip", "link", "show", "eth0"}, &network),
                testing::AllOf(HasSubstr("mtu 9000"), HasSubstr("52:54:00:00:00:07")));
  });
}

TEST(Netlink, MakesABridgeWithSpanningTree) {
  in_lab([] {
    const Bridge bridge("br0", {.spanning_tree = true});
    EXPECT_THAT(
        output_of({"ip", "-d", "link", "show", "br0"}),
        testing::AllOf(HasSubstr("stp_state 1"), HasSubstr("forward_delay 200 hello_time 100 max_age 600")));
  });
}

TEST(Netlink, RoutesByAGateway) {
  in_lab([] {
    Netlink netlink;
    netlink.add_veth({.name = "v0", .up = true}, {.name = "v1"});
    netlink.set_up("v1");
    netlink.add_address("v0", "10.0.0.1/24");
    netlink.add_address("v0", "fd00::1/64");
    for (const char* gateway : {"10.0.0.9", "fd00::9"}) netlink.add_gateway("default", gateway);
    netlink.add_gateway("10.7.0.0/16", "10.0.0.8");
    EXPECT_THAT(output_of({"ip", "route"}), testing::AllOf(HasSubstr("default via 10.0.0.9 dev v0"),
                                                           HasSubstr("10.7.0.0/16 via 10.0.0.8 dev v0")));
    EXPECT_THAT(output_of({"ip", "-6", "route"}), HasSubstr("default via fd00::9 dev v0"));
    EXPECT_THAT(output_of({"ip", "-6", "address", "show", "v0", "scope", "global"}),
                testing::Not(HasSubstr("tentative")));
    EXPECT_THAT([&] { netlink.add_gateway("10.8.0.0/16", "10.99.0.1"); },
                testing::ThrowsMessage<NetlinkError>(HasSubstr("add route 10.8.0.0/16 via 10.99.0.1: ")));
  });
}

TEST(NetworkDevices, OfAGroupGoAtOnce) {
  in_lab([] {
    Netlink netlink;
    {
      const DeviceGroup group;
      for (const char* name : {"a", "b"})
        netlink.add_veth({.name = name, .group = group.number()}, {.name = std::string(name) + "-peer"});
      netlink.add_veth({.name = "other"}, {.name = "other-peer"});
    }
    EXPECT_FALSE(netlink.exists("a") || netlink.exists("b") || netlink.exists("b-peer"));
    EXPECT_TRUE(netlink.exists("other"));
    EXPECT_NO_THROW({ const DeviceGroup empty; });
  });
}

TEST(NetworkDevices, GoWithTheirObjects) {
  in_lab([] {
    Netlink netlink;
    {
      const Bridge bridge("br0");
      const VethPair pair("v0", "v1");
      EXPECT_TRUE(netlink.exists("br0") && netlink.exists("v0") && netlink.exists("v1"));
      EXPECT_FALSE(netlink.has_carrier("v0"));
      netlink.set_up("v0");
      netlink.set_up("v1");
      EXPECT_TRUE(netlink.has_carrier("v0"));
    }
    EXPECT_FALSE(netlink.exists("br0") || netlink.exists("v0") || netlink.exists("v1"));
  });
}

TEST(NetworkDevices, ATapOutlivesTheCallThatMadeIt) {
  if (::access("/dev/net/tun", R_OK | W_OK) != 0) GTEST_SKIP() << "missing: access to /dev/net/tun";
  in_lab([] {
    Netlink netlink;
    {
      const Tap tap("tap0");
      EXPECT_TRUE(netlink.exists("tap0"));
      EXPECT_THROW(Tap("tap0"), SystemError);
      EXPECT_TRUE(netlink.exists("tap0"));
    }
    EXPECT_FALSE(netlink.exists("tap0"));
  });
}

}  // namespace
}  // namespace banco::base
