#include "harness/tools/iperf3.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <random>

#include "harness/measure/mutation.hh"
#include "impl/base/file_descriptor.hh"

namespace banco::tools {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

// Real output of 3.12, captured over loopback and over a veth pair (the losses: a 20 Mbit/s token bucket).
std::string captured(const std::string& name) {
  return base::read_file(std::string(SOURCE_DIR "/testdata/iperf3_") + name + ".json");
}

Iperf3Report read_captured(const std::string& name) {
  return read_iperf3(captured(name));
}

TEST(Iperf3Reader, ReadsTcp) {
  const Iperf3Report report = read_captured("tcp");
  EXPECT_EQ(report.version, "iperf 3.12");
  ASSERT_EQ(report.flows.size(), 1U);
  const Iperf3Flow& flow = report.flows[0];
  EXPECT_FALSE(flow.reverse);
  EXPECT_NEAR(flow.sent_bps, 1685585920. * 8 / 1.000122, 1);
  EXPECT_NEAR(flow.received_bps, 1679556608. * 8 / 1.000189, 1);
  EXPECT_EQ(flow.seconds, 1.000189);
  EXPECT_EQ(flow.retransmit_count, 2U);
  EXPECT_EQ(flow.packet_count, 0U);
  EXPECT_EQ(flow.loss_ratio, 0);
  EXPECT_NEAR(report.client_cpu_ratio, 0.23762, 1e-5);
  EXPECT_NEAR(report.server_cpu_ratio, 0.70817, 1e-5);
}

TEST(Iperf3Reader, TellsReverseFromForward) {
  const Iperf3Report report = read_captured("tcp_reverse");
  ASSERT_EQ(report.flows.size(), 1U);
  EXPECT_TRUE(report.flows[0].reverse);
  EXPECT_NEAR(report.flows[0].received_bps, 1711538176. * 8 / 1.000136, 1);
}

TEST(Iperf3Reader, SumsStreamsAndReadsBothDirections) {
  EXPECT_NEAR(read_captured("tcp_streams").flows.at(0).received_bps, 1904214016. * 8 / 1.002058, 1);
  const Iperf3Report report = read_captured("tcp_both_streams_omit");
  ASSERT_EQ(report.flows.size(), 2U);
  EXPECT_FALSE(report.flows[0].reverse);
  EXPECT_NEAR(report.flows[0].received_bps, 1052508160. * 8 / 1.003989, 1);
  EXPECT_EQ(report.flows[0].retransmit_count, 0U);
  EXPECT_TRUE(report.flows[1].reverse);
  EXPECT_NEAR(report.flows[1].received_bps, 201588736. * 8 / 0.999547, 1);
  EXPECT_EQ(report.flows[1].retransmit_count, 1U);
}

TEST(Iperf3Reader, ReadsTcpThroughABottleneck) {
  const Iperf3Flow flow = read_captured("tcp_retransmits_omit").flows.at(0);
  EXPECT_EQ(flow.retransmit_count, 5U);
  EXPECT_LT(flow.received_bps, 20e6);
  EXPECT_GT(flow.received_bps, 18e6);
}

TEST(Iperf3Reader, ReadsUdpWithoutLoss) {
  for (const char* name : {"udp", "udp_reverse", "udp_both", "udp_streams"}) {
    for (const Iperf3Flow& flow : read_captured(name).flows) {
      EXPECT_EQ(flow.loss_ratio, 0) << name;
      EXPECT_EQ(flow.lost_packet_count, 0U) << name;
      EXPECT_EQ(flow.packet_count, std::string(name) == "udp_streams" ? 60U : 39U) << name;
      EXPECT_NEAR(flow.received_bps / flow.sent_bps, 1, 1e-3) << name;
    }
  }
}

// A 20 Mbit/s bucket lets 19.4 Mbit/s of 1400-byte payload through (1442 bytes a frame), whatever is offered.
TEST(Iperf3Reader, ReceivedIsWhatPassedTheBottleneck) {
  for (const char* name : {"udp_loss", "udp_loss_omit", "udp_loss_streams_omit", "udp_loss_both_omit",
                           "udp_loss_reverse_omit"}) {
    const Iperf3Flow flow = read_captured(name).flows.at(0);
    EXPECT_NEAR(flow.sent_bps, 30e6, 0.03e6) << name;
    EXPECT_NEAR(flow.received_bps, 19.4e6, 0.1e6) << name;
    EXPECT_NEAR(flow.loss_ratio, 1 - 19.4 / 30, 0.01) << name;
    EXPECT_NEAR(static_cast<double>(flow.lost_packet_count) / static_cast<double>(flow.packet_count),
                flow.loss_ratio, 1e-12);
  }
  EXPECT_EQ(read_captured("udp_loss").flows.at(0).lost_packet_count, 921U);
  EXPECT_EQ(read_captured("udp_loss").flows.at(0).packet_count, 2675U);
}

// The way back has no bottleneck: all of the 30 Mbit/s, although iperf3 says 30.3 sent and 29.6 received.
TEST(Iperf3Reader, BothDirectionsAreReadOverTheirOwnTime) {
  const Iperf3Flow flow = read_captured("udp_loss_both_omit").flows.at(1);
  EXPECT_TRUE(flow.reverse);
  EXPECT_NEAR(flow.sent_bps, 30e6, 0.06e6);
  EXPECT_NEAR(flow.received_bps, 30e6, 0.01e6);
  EXPECT_EQ(flow.loss_ratio, 0);
}

// The path was cut 1.2 s into 2 s; iperf3 itself reports 0 % lost.
TEST(Iperf3Reader, PacketsOfADeadPathAreLost) {
  const Iperf3Flow flow = read_captured("udp_dies").flows.at(0);
  EXPECT_EQ(flow.packet_count, 893U);
  EXPECT_EQ(flow.lost_packet_count, 893U - 530U);
  EXPECT_NEAR(flow.received_bps, 742000. * 8 / 2.000288, 1);
}

// Cut during the warm-up; iperf3 counts 2^64 - 225 packets.
TEST(Iperf3Reader, SilenceIsAllLost) {
  const Iperf3Flow flow = read_captured("udp_silent").flows.at(0);
  EXPECT_EQ(flow.packet_count, 446U);
  EXPECT_EQ(flow.loss_ratio, 1);
  EXPECT_EQ(flow.received_bps, 0);
}

TEST(Iperf3Reader, ReportsErrorsInTheWordsOfIperf3) {
  const std::vector<std::pair<std::string, std::string>> errors = {
      {"refused", "iperf3: unable to connect to server: Connection refused"},
      {"noroute", "iperf3: unable to connect to server: Network is unreachable"},
      {"nobody", "iperf3: unable to connect to server: Connection timed out"},
      {"busy", "iperf3: the server is busy running a test. try again later"},
      {"server_killed", "iperf3: unable to write to stream socket: Connection reset by peer"},
      {"server_interrupted", "iperf3: the server has terminated"},
      {"client_interrupted", "iperf3: interrupt - the client has terminated"}};
  for (const auto& [name, message] : errors)
    EXPECT_THAT([&] { read_captured("error_" + name); }, ThrowsMessage<Iperf3Error>(message));
}

TEST(Iperf3Reader, RefusesTruncatedOutput) {
  for (const char* name : {"tcp", "udp_loss_both_omit"}) {
    const std::string text = captured(name);
    const std::size_t last_brace = text.rfind('}');
    for (std::size_t size = 0; size <= last_brace; size += 7)
      EXPECT_THROW(read_iperf3(std::string_view(text).substr(0, size)), Iperf3Error) << size;
    EXPECT_THROW(read_iperf3(std::string_view(text).substr(0, last_brace)), Iperf3Error);
  }
  EXPECT_THAT([] { read_iperf3(""); }, ThrowsMessage<Iperf3Error>(HasSubstr("printed nothing")));
  EXPECT_THAT([] { read_iperf3(" \n"); }, ThrowsMessage<Iperf3Error>(HasSubstr("printed nothing")));
}

// Every member that is read, once missing and once of each other type or hostile value.
TEST(Iperf3Reader, RefusesChangedTypesAndHostileNumbers) {
  const auto output = nlohmann::json::parse(captured("udp_both"));
  std::vector<std::string> paths{"/start",
                                 "/start/version",
                                 "/start/test_start",
                                 "/start/test_start/protocol",
                                 "/start/test_start/blksize",
                                 "/start/test_start/reverse",
                                 "/end",
                                 "/end/cpu_utilization_percent",
                                 "/end/cpu_utilization_percent/host_total",
                                 "/end/cpu_utilization_percent/remote_total"};
  for (const char* sum : {"sum_sent", "sum_received", "sum_received_bidir_reverse"}) {
    paths.push_back(std::string("/end/") + sum);
    for (const char* member : {"/bytes", "/seconds", "/packets"})
      paths.push_back(std::string("/end/") + sum + member);
  }
  const std::vector<nlohmann::json> values{
      nullptr, true, "1", -1, -0.5, 1e308, nlohmann::json::array({1}), nlohmann::json::object()};
  for (const std::string& path : paths) {
    const nlohmann::json::json_pointer pointer(path);
    nlohmann::json without = output;
    without.at(pointer.parent_pointer()).erase(pointer.back());
    EXPECT_THROW(read_iperf3(without.dump()), Iperf3Error) << path;
    for (const nlohmann::json& value : values) {
      if (path.ends_with("version") && value.is_string()) continue;
      if (path.ends_with("protocol") && value.is_string()) continue;
      // A huge packet count of the receiver means that it saw none.
      if (path.find("received") != std::string::npos && path.ends_with("packets") && value == 1e308) continue;
      nlohmann::json changed = output;
      changed.at(pointer) = value;
      EXPECT_THROW(read_iperf3(changed.dump()), Iperf3Error) << path << " " << value;
    }
  }
}

TEST(Iperf3Reader, RefusesNumbersThatAreNone) {
  for (const char* number : {"NaN", "nan", "-nan", "inf", "1e999", "1.5"}) {
    std::string text = captured("tcp");
    const std::string_view bytes = "1685585920";
    for (std::size_t at = text.find(bytes); at != std::string::npos; at = text.find(bytes))
      text.replace(at, bytes.size(), number);
    EXPECT_THROW(read_iperf3(text), Iperf3Error) << number;
  }
}

TEST(Iperf3Reader, RefusesDepthAndSize) {
  EXPECT_THAT([] { read_iperf3(std::string(1 << 20, '[')); },
              ThrowsMessage<Iperf3Error>(HasSubstr("nested deeper")));
  EXPECT_THAT([] { read_iperf3(std::string(kIperf3OutputBytes + 1, '[')); },
              ThrowsMessage<Iperf3Error>(HasSubstr("more than 64 MiB")));
  EXPECT_THAT([] { read_iperf3(R"({"error":")" + std::string(1 << 20, 'x') + "\"}"); },
              ThrowsMessage<Iperf3Error>(testing::SizeIs(testing::Lt(400U))));
  EXPECT_THAT([] { read_iperf3(R"({"error":"a\nb\u001b[31m"})"); },
              ThrowsMessage<Iperf3Error>("iperf3: a b [31m"));
}

TEST(Iperf3Reader, DamagedAtRandomIsReadOrRefused) {
  std::mt19937_64 random(1);
  int refused_count = 0;
  const std::vector<std::string> texts{captured("tcp_both"), captured("udp_loss"), captured("udp_both")};
  for (int i = 0; i < 3000; ++i) {
    const std::string damaged = measure::mutate(texts[static_cast<std::size_t>(i) % texts.size()], random);
    try {
      for (const Iperf3Flow& flow : read_iperf3(damaged).flows) {
        EXPECT_TRUE(std::isfinite(flow.received_bps) && std::isfinite(flow.sent_bps)) << damaged;
        EXPECT_TRUE(flow.loss_ratio >= 0 && flow.loss_ratio <= 1) << damaged;
      }
    } catch (const Iperf3Error&) {
      ++refused_count;
    } catch (...) {
      ADD_FAILURE() << "neither read nor refused: " << damaged;
    }
  }
  EXPECT_GT(refused_count, 1500);
  EXPECT_LT(refused_count, 3000);
}

std::string joined(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) line += (line.empty() ? "" : " ") + word;
  return line;
}

TEST(Iperf3Command, SaysEverythingThatMatters) {
  EXPECT_EQ(
      joined(iperf3_client_command({.server_address = "10.0.0.2"})),
      "iperf3 --client 10.0.0.2 --port 5201 --json --interval 0 --connect-timeout 5000 --time 10 --omit 0 "
      "--parallel 1 --bitrate 0");
  EXPECT_EQ(
      joined(iperf3_client_command({.server_address = "10.0.0.2",
                                    .port = 5301,
                                    .udp = true,
                                    .direction = Iperf3Direction::kBoth,
                                    .rate_bps = 30e6,
                                    .length_bytes = 1400,
                                    .stream_count = 3,
                                    .time = std::chrono::seconds(2),
                                    .omit = std::chrono::seconds(1)})),
      "iperf3 --client 10.0.0.2 --port 5301 --json --interval 0 --connect-timeout 5000 --time 2 --omit 1 "
      "--parallel 3 --bitrate 10000000 --udp --length 1400 --bidir");
  EXPECT_THAT(
      joined(iperf3_client_command({.server_address = "10.0.0.2", .direction = Iperf3Direction::kReverse})),
      HasSubstr(" --reverse"));
  EXPECT_EQ(joined(iperf3_server_command(5301)), "iperf3 --server --port 5301 --interval 0 --forceflush");
}

TEST(Iperf3Command, RefusesWhatIperf3Would) {
  const Iperf3Options good{.server_address = "10.0.0.2"};
  const auto refused = [&](auto change) {
    Iperf3Options options = good;
    change(options);
    EXPECT_THROW(iperf3_client_command(options), std::invalid_argument);
  };
  refused([](Iperf3Options& o) { o.server_address = ""; });
  refused([](Iperf3Options& o) { o.server_address = "--server"; });
  refused([](Iperf3Options& o) { o.port = 0; });
  refused([](Iperf3Options& o) { o.port = 65536; });
  refused([](Iperf3Options& o) { o.stream_count = 0; });
  refused([](Iperf3Options& o) { o.stream_count = 129; });
  refused([](Iperf3Options& o) { o.time = std::chrono::milliseconds(1500); });
  refused([](Iperf3Options& o) { o.time = std::chrono::seconds(0); });
  refused([](Iperf3Options& o) { o.omit = std::chrono::milliseconds(500); });
  refused([](Iperf3Options& o) { o.omit = std::chrono::seconds(61); });
  refused([](Iperf3Options& o) { o.rate_bps = -1; });
  refused([](Iperf3Options& o) { o.rate_bps = std::nan(""); });
  refused([](Iperf3Options& o) { o.rate_bps = 0.4; });  // would be printed as 0, which means no limit
  refused([](Iperf3Options& o) { o.length_bytes = -1; });
  refused([](Iperf3Options& o) {
    o.udp = true;
    o.length_bytes = 65508;
  });
  EXPECT_THROW(iperf3_server_command(0), std::invalid_argument);
}

}  // namespace
}  // namespace banco::tools
