// Namespaces on our own switches, in a lab of their own. Guests on them: tests/end_to_end.
#include "harness/subject/switches.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>

#include "harness/machine/lab.hh"
#include "impl/base/netlink.hh"

namespace banco::subject {
namespace {

using machine::NamespaceMachine;
using testing::HasSubstr;

network::Port port_of(const std::string& machine, int number) {
  return {.machine = machine,
          .interface = "eth0",
          .mac = "52:54:00:00:00:0" + std::to_string(number),
          .addresses = {"10.0.0." + std::to_string(number) + "/24"},
          .mtu_bytes = 1500,
          .vlan = 0,
          .wire = std::nullopt};
}

class NamespacesOn : public testing::TestWithParam<std::string> {};

TEST_P(NamespacesOn, ReachEachOther) {
  if (::access("/dev/net/tun", R_OK | W_OK) != 0) GTEST_SKIP() << "missing: access to /dev/net/tun";
  const std::string build = PROJECT_BINARY_DIR;
  ::setenv("PATH", (build + "/bin:" + std::getenv("PATH")).c_str(), 1);
  ::setenv("VDEPLUGIN_PATH", (build + "/lib/vdeplug").c_str(), 1);
  const int code = machine::run_in_lab([] {
    NamespaceMachine a("a");
    NamespaceMachine b("b");
    {
      const auto network = make_switch({.name = "sw", .type = GetParam()});
      network->plug_namespace(port_of("a", 1), a);
      network->plug_namespace(port_of("b", 2), b);
      const auto result = a.run({"ping", "-c", "3", "-i", "0.05", "-W", "2", "10.0.0.2"});
      EXPECT_THAT(result.output, HasSubstr("3 received")) << result.errors;
      EXPECT_EQ(network->processes().size(), 3u);
    }
    EXPECT_FALSE(base::Netlink(a.network_namespace()).exists("eth0"));
    return testing::Test::HasFailure() ? 1 : 0;
  });
  EXPECT_EQ(code, 0);
}

INSTANTIATE_TEST_SUITE_P(EverySwitch, NamespacesOn, testing::Values("shm", "shm-hub"),
                         [](const auto& parameter) {
                           std::string name = parameter.param;
                           std::erase(name, '-');
                           return name;
                         });

TEST(SwitchTypes, HoldThoseOfTheNetworksToo) {
  EXPECT_EQ(switch_type("shm").carriers, std::vector<std::string>{"shm_tap"});
  EXPECT_EQ(switch_type("vde").programs, std::vector<std::string>{"vde_switch"});
  EXPECT_THROW(switch_type("token-ring"), std::out_of_range);
}

}  // namespace
}  // namespace banco::subject
