#include "harness/report/network_words.hh"

#include <gtest/gtest.h>

namespace banco::report {
namespace {

TEST(TopologyWords, CountWhatThereIs) {
  scenario::Topology topology;
  topology.machines.resize(3);
  topology.machines[1].kind = scenario::MachineKind::kNamespace;
  topology.machines[2].kind = scenario::MachineKind::kRouter;
  topology.switches.resize(2);
  EXPECT_EQ(topology_words(topology), "1 virtual machine, 1 network namespace, 1 router and 2 switches");
}

TEST(MeasureWords, SayWhoTalksToWhomAndHow) {
  scenario::Iperf3 traffic;
  traffic.pairs = {{"vm1", "vm2"}, {"vm3", "vm4"}};
  traffic.udp = true;
  traffic.direction = scenario::Direction::kBoth;
  traffic.rate.of = "tcp";
  traffic.rate.share_ratio = 0.5;
  EXPECT_EQ(measure_words({"udp", traffic, {}}),
            "udp: iperf3 over UDP, vm1 ↔ vm2, vm3 ↔ vm4 at the same time, 10 s after 1 s that do not count, "
            "all flows together at 50 % of what tcp carried");
  traffic = {};
  traffic.pairs = {{"vm1", "vm2"}};
  traffic.family = scenario::Family::kIpv6;
  EXPECT_EQ(measure_words({"six", traffic, {}}),
            "six: iperf3 over TCP by IPv6, vm1 → vm2, 10 s after 1 s that do not count");
  scenario::Ping ping;
  ping.pairs = {{"vm1", "vm2"}};
  ping.during = {"idle", "tcp"};
  EXPECT_EQ(measure_words({"rtt", ping, {}}),
            "rtt: ping, vm1 → vm2, 20 echoes of 56 B every 50 ms, during: idle, tcp");
}

}  // namespace
}  // namespace banco::report
