#include "harness/report/format.hh"

#include <gtest/gtest.h>

#include <limits>

namespace banco::report {
namespace {

TEST(FormatValue, ChoosesUnitsPeopleCompareIn) {
  EXPECT_EQ(format_value(390e6, "bit/s"), "390 Mbit/s");
  EXPECT_EQ(format_value(1290e6, "bit/s"), "1290 Mbit/s");
  EXPECT_EQ(format_value(12.34e9, "bit/s"), "12.3 Gbit/s");
  EXPECT_EQ(format_value(0.0045, "ratio"), "0.450 %");
  EXPECT_EQ(format_value(370e-6, "s"), "370 µs");
  EXPECT_EQ(format_value(0.0521, "s"), "52.1 ms");
  EXPECT_EQ(format_value(0.24, "cpu"), "24.0 %");
  EXPECT_EQ(format_value(17, "count"), "17");
  EXPECT_EQ(format_value(4096, "B"), "4.10 kB");
  EXPECT_EQ(format_value(3, "furlong"), "3.00 furlong");
}

TEST(FormatValue, NeverShowsALittleAsNothing) {
  EXPECT_EQ(choose_scale("ratio", 0.5).number(0.00004), "0.004");
  EXPECT_EQ(choose_scale("ratio", 0.5).number(0.0000412), "0.0041");
  EXPECT_EQ(choose_scale("ratio", 0.5).number(0), "0");
}

TEST(FormatValue, StaysShortForHugeAndStrangeNumbers) {
  EXPECT_EQ(choose_scale("bit/s", 1).number(1e300), "1e+300");
  EXPECT_EQ(choose_scale("s", std::numeric_limits<double>::quiet_NaN()).number(1), "1");
}

TEST(DescribeMetric, LooksOnlyAtTheQuantity) {
  EXPECT_EQ(metric_label("tcp.throughput.sum"), "tcp throughput");
  EXPECT_EQ(metric_label("bulk.cpu.hypervisor.max"), "bulk CPU of busiest hypervisor");
  EXPECT_EQ(metric_label("rtt.idle.p50"), "rtt idle p50");
  EXPECT_EQ(metric_label("plain"), "plain");
  EXPECT_TRUE(describe_metric("anything.loss.mean").main);
  EXPECT_TRUE(describe_metric("delay.bulk.p50").main);
  for (const auto* name :
       {"udp.offered.sum", "tcp.retransmits.sum", "rtt.idle.p99", "boot.time", "p50", ""}) {
    EXPECT_FALSE(describe_metric(name).main) << name;
  }
}

TEST(Enumerate, JoinsAsPeopleDo) {
  EXPECT_EQ(enumerate({}), "");
  EXPECT_EQ(enumerate({"a", "b", "c"}), "a, b and c");
}

}  // namespace
}  // namespace banco::report
