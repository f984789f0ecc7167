#include "harness/tools/udp_counters.hh"

#include <gtest/gtest.h>

namespace banco::tools {
namespace {

TEST(UdpCounters, AreReadByName) {
  const UdpCounters counters = read_udp_counters(
      "Ip: Forwarding\nIp: 1\n"
      "Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors\n"
      "Udp: 1200 3 45 1100 44 0\nUdpLite: InDatagrams\nUdpLite: 0\n");
  EXPECT_EQ(counters.delivered_count, 1200u);
  EXPECT_EQ(counters.overflow_count, 44u);
}

TEST(UdpCounters, AreRefusedWhenOneIsMissing) {
  for (const char* output : {"", "Udp: InDatagrams RcvbufErrors\n", "Udp: InDatagrams RcvbufErrors\nUdp: 1\n",
                             "Udp: InDatagrams RcvbufErrors\nUdp: x y\n", "Udp: InDatagrams\nUdp: 1\n"})
    EXPECT_THROW(read_udp_counters(output), UdpCountersError) << output;
}

}  // namespace
}  // namespace banco::tools
