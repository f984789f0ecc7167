// Namespaces on real switches, in a lab of their own. Guests on switches: tests/end_to_end.
#include "harness/network/switch.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "harness/machine/lab.hh"
#include "harness/network/trunk.hh"
#include "impl/base/child_process.hh"
#include "impl/base/netlink.hh"

namespace banco::network {
namespace {

using machine::NamespaceMachine;
using testing::HasSubstr;

Port port_of(const std::string& machine, int number) {
  return {.machine = machine,
          .interface = "eth0",
          .mac = "52:54:00:00:00:0" + std::to_string(number),
          .addresses = {"10.0.0." + std::to_string(number) + "/24"},
          .wire = std::nullopt};
}

void in_lab(const std::function<void()>& body) {
  EXPECT_EQ(machine::run_in_lab([&] {
              body();
              return testing::Test::HasFailure() ? 1 : 0;
            }),
            0);
}

class NamespacesOn : public testing::TestWithParam<std::string> {};

TEST_P(NamespacesOn, ReachEachOther) {
  if (GetParam() != "bridge" && GetParam() != "macvlan") {
    if (::access("/dev/net/tun", R_OK | W_OK) != 0) GTEST_SKIP() << "missing: access to /dev/net/tun";
    if (!base::find_program("vde_plug")) GTEST_SKIP() << "missing: vde_plug";
  }
  in_lab([] {
    NamespaceMachine a("a");
    NamespaceMachine b("b");
    {
      const auto network = make_switch({.name = "sw", .type = GetParam()});
      network->plug_namespace(port_of("a", 1), a);
      network->plug_namespace(port_of("b", 2), b);
      const auto result = a.run({"ping", "-c", "3", "-i", "0.05", "-W", "2", "10.0.0.2"});
      EXPECT_THAT(result.output, HasSubstr("3 received")) << result.errors;
    }
    EXPECT_FALSE(base::Netlink(a.network_namespace()).exists("eth0"));
  });
}

INSTANTIATE_TEST_SUITE_P(EverySwitch, NamespacesOn,
                         testing::Values("bridge", "macvlan", "vde", "vde-hub", "vxvde"),
                         [](const auto& parameter) {
                           std::string name = parameter.param;
                           std::erase(name, '-');
                           return name;
                         });

TEST(BridgeSwitch, SwitchesOffloadsOff) {
  in_lab([] {
    for (const bool offload : {true, false}) {
      NamespaceMachine a("a");
      const auto network = make_switch({.name = "sw", .type = "bridge", .offload = offload});
      network->plug_namespace(port_of("a", 1), a);
      EXPECT_THAT(a.run({"ethtool", "-k", "eth0"}).output,
                  HasSubstr(offload ? "tcp-segmentation-offload: on" : "tcp-segmentation-offload: off"));
    }
  });
}

TEST(Switch, RefusesAnAddressThatIsNone) {
  in_lab([] {
    NamespaceMachine a("a");
    const auto network = make_switch({.name = "sw", .type = "bridge"});
    Port port = port_of("a", 1);
    port.addresses = {"10.0.0.999/24"};
    try {
      network->plug_namespace(port, a);
      FAIL() << "took the address";
    } catch (const NetworkError& error) {
      EXPECT_THAT(error.what(), HasSubstr("a:eth0: read address 10.0.0.999/24"));
    }
  });
}

TEST(Trunk, NeedsWhoCarriesItsFrames) {
  const auto programs = [](const char* first, const char* second) {
    return trunk_programs(switch_type(first), switch_type(second));
  };
  EXPECT_THAT(programs("bridge", "bridge"), testing::IsEmpty());
  EXPECT_THAT(programs("bridge", "vde"), testing::ElementsAre("vde_plug"));
  EXPECT_THAT(programs("vxvde", "bridge"), testing::ElementsAre("vde_plug"));
  EXPECT_THAT(programs("vde", "vxvde"), testing::ElementsAre("vde_plug"));
}

TEST(Switch, SocketTakesNoNamespaces) {
  in_lab([] {
    NamespaceMachine a("a");
    EXPECT_THAT([&] { make_switch({.name = "sw", .type = "socket"})->plug_namespace(port_of("a", 1), a); },
                testing::ThrowsMessage<NetworkError>(HasSubstr("only guests")));
  });
}

}  // namespace
}  // namespace banco::network
