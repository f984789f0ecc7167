#include "harness/machine/guest_setup.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/machine/lab.hh"
#include "harness/machine/namespace_machine.hh"

namespace banco::machine {
namespace {

using testing::HasSubstr;

// A network namespace stands for the guest; its cards have names of their own, one that of another.
TEST(GuestSetup, GivesCardsNamesAddressesAndRoutes) {
  EXPECT_EQ(run_in_lab([] {
              NamespaceMachine guest("guest", {.ipv6 = true, .forwarding = false});
              const auto ip = [&](const std::string& words) {
                const auto result = guest.run({"sh", "-c", "ip " + words});
                EXPECT_TRUE(result.status.success()) << words << ": " << result.errors;
                return result.output;
              };
              for (const char* name : {"ens3", "eth0"})
                ip(std::string("link add ") + name + " type veth peer name p" + name);
              ip("link set ens3 address 52:54:00:00:00:01");
              ip("link set eth0 address 52:54:00:00:00:02");
              for (const char* peer : {"pens3", "peth0"}) ip(std::string("link set up dev ") + peer);
              const std::vector<GuestNic> nics{{.mac = "52:54:00:00:00:01",
                                                .addresses = {"10.0.0.1/24", "fd00::1/64"},
                                                .mtu_bytes = 1400,
                                                .backend = NetdevBackend{}},
                                               {.mac = "52:54:00:00:00:02",
                                                .addresses = {"10.0.1.1/24"},
                                                .mtu_bytes = 1500,
                                                .backend = NetdevBackend{}}};
              // What /sys shows is the network of who mounts it.
              const auto set_up = [&](const std::vector<GuestNic>& cards) {
                std::vector<std::string> words{
                    "unshare", "--mount", "sh", "-c", "mount -t sysfs sysfs /sys && exec \"$@\"", "sh"};
                for (const auto& word : guest_setup("guest", cards, {{"10.9.0.0/16", "10.0.1.9"}}))
                  words.push_back(word);
                return guest.run(words);
              };
              const auto result = set_up(nics);
              EXPECT_TRUE(result.status.success()) << result.errors;
              EXPECT_THAT(ip("address show dev eth0"),
                          testing::AllOf(HasSubstr("52:54:00:00:00:01"), HasSubstr("mtu 1400"),
                                         HasSubstr("inet 10.0.0.1/24"), HasSubstr("inet6 fd00::1/64")));
              EXPECT_THAT(ip("address show dev eth1"), HasSubstr("inet 10.0.1.1/24"));
              EXPECT_THAT(ip("route"), HasSubstr("10.9.0.0/16 via 10.0.1.9 dev eth1"));
              EXPECT_THAT(
                  set_up({{.mac = "52:54:00:00:00:09", .addresses = {}, .backend = NetdevBackend{}}}).errors,
                  HasSubstr("has no driver (virtio) for the network card 52:54:00:00:00:09"));
              return testing::Test::HasFailure() ? 1 : 0;
            }),
            0);
}

}  // namespace
}  // namespace banco::machine
