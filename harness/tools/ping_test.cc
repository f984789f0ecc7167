#include "harness/tools/ping.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "harness/measure/mutation.hh"
#include "impl/base/file_descriptor.hh"

namespace banco::tools {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using testing::ThrowsMessage;

// Real output, iputils 20221126 and busybox 1.35.
std::string printed(const std::string& name) {
  return base::read_file(std::string(SOURCE_DIR "/testdata/") + name + ".txt");
}

TEST(PingReader, ReadsIputils) {
  const PingReport report = read_ping(printed("ping"));
  EXPECT_EQ(report.transmitted_count, 5);
  EXPECT_EQ(report.received_count, 5);
  EXPECT_THAT(report.rtt_s, SizeIs(5));
  EXPECT_EQ(report.duplicate_count, 0);
  EXPECT_EQ(report.loss_ratio(), 0);
}

TEST(PingReader, LostRepliesAreAbsent) {
  const PingReport report = read_ping(printed("ping_loss"));
  EXPECT_EQ(report.transmitted_count, 8);
  EXPECT_EQ(report.received_count, 6);
  EXPECT_NEAR(report.loss_ratio(), 0.25, 1e-12);
  EXPECT_THAT(report.rtt_s,
              ElementsAre(DoubleNear(628e-6, 1e-12), DoubleNear(208e-6, 1e-12), DoubleNear(163e-6, 1e-12),
                          DoubleNear(167e-6, 1e-12), DoubleNear(198e-6, 1e-12), DoubleNear(172e-6, 1e-12)));
}

TEST(PingReader, TellsTheFirstFromThoseAfterIt) {
  EXPECT_EQ(read_ping(printed("ping")).first_rtt_s, read_ping(printed("ping")).rtt_s[0]);
  const std::string busybox =
      "64 bytes from 10.0.0.2: seq=0 ttl=64 time=0.500 ms\n64 bytes from 10.0.0.2: seq=1 ttl=64 time=0.200 "
      "ms\n";
  const std::string iputils =
      "64 bytes from 10.0.0.2: icmp_seq=2 ttl=64 time=0.500 ms\n"
      "64 bytes from 10.0.0.2: icmp_seq=3 ttl=64 time=0.200 ms\n";
  EXPECT_EQ(read_ping(busybox + "2 packets transmitted, 2 packets received, 0% packet loss\n").first_rtt_s,
            500e-6);
  EXPECT_EQ(read_ping(iputils + "3 packets transmitted, 2 received, 33% packet loss, time 2ms\n").first_rtt_s,
            std::nullopt);
}

TEST(PingReader, ReadsWhatAnInterruptedPingSumsUp) {
  const PingReport report = read_ping(printed("ping_interrupted"));
  EXPECT_EQ(report.transmitted_count, 10);
  EXPECT_EQ(report.received_count, 6);
}

TEST(PingReader, AllLostIsAReport) {
  for (const char* name : {"ping_unreachable", "ping_silent", "ping_busybox_silent"}) {
    const PingReport report = read_ping(printed(name));
    EXPECT_EQ(report.transmitted_count, 4) << name;
    EXPECT_EQ(report.loss_ratio(), 1) << name;
    EXPECT_TRUE(report.rtt_s.empty()) << name;
  }
}

TEST(PingReader, DuplicatesAreCountedButNotTimed) {
  const PingReport report = read_ping(printed("ping_duplicates"));
  EXPECT_EQ(report.received_count, 5);
  EXPECT_EQ(report.duplicate_count, 1);
  EXPECT_THAT(report.rtt_s,
              ElementsAre(DoubleNear(306e-6, 1e-12), DoubleNear(42e-6, 1e-12), DoubleNear(60e-6, 1e-12),
                          DoubleNear(53e-6, 1e-12), DoubleNear(59e-6, 1e-12)));
  EXPECT_EQ(read_ping(printed("ping_busybox_duplicates")).duplicate_count, 2);
  // Several hosts answer a broadcast; iputils does not mark these.
  EXPECT_EQ(read_ping(printed("ping_broadcast")).duplicate_count, 3);
  EXPECT_THAT(read_ping(printed("ping_broadcast")).rtt_s, SizeIs(4));
}

TEST(PingReader, ReadsBusybox) {
  EXPECT_THAT(read_ping(printed("ping_busybox")).rtt_s, SizeIs(5));
  const PingReport report = read_ping(printed("ping_busybox_loss"));
  EXPECT_EQ(report.transmitted_count, 40);
  EXPECT_EQ(report.received_count, 17);
  EXPECT_THAT(report.rtt_s, SizeIs(17));
}

TEST(PingReader, RepliesAreOrderedByRequest) {
  const PingReport report = read_ping(
      "64 bytes from 10.0.0.2: icmp_seq=2 ttl=64 time=2 ms\n"
      "64 bytes from 10.0.0.2: icmp_seq=1 ttl=64 time=1000 ms\n"
      "2 packets transmitted, 2 received, 0% packet loss, time 1ms\n");
  EXPECT_THAT(report.rtt_s, ElementsAre(1, 0.002));
}

TEST(PingReader, TruncatedOutputIsRefusedOrComplete) {
  for (const char* name : {"ping_loss", "ping_duplicates", "ping_busybox_duplicates", "ping_unreachable"}) {
    const std::string text = printed(name);
    const PingReport whole = read_ping(text);
    const std::size_t summary_end = text.find("% packet loss");
    for (std::size_t size = 0; size < text.size(); ++size) {
      const std::string_view cut = std::string_view(text).substr(0, size);
      if (size < summary_end) {
        EXPECT_THROW(read_ping(cut), PingError) << name << " " << size;
      } else {
        try {
          EXPECT_EQ(read_ping(cut), whole) << name << " " << size;
        } catch (const PingError&) {
          EXPECT_LT(size, summary_end + 13);
        }
      }
    }
  }
}

TEST(PingReader, RefusesWhatDoesNotAddUp) {
  const std::string reply = "64 bytes from 10.0.0.2: icmp_seq=1 ttl=64 time=1.5 ms\n";
  const std::string summary = "1 packets transmitted, 1 received, 0% packet loss, time 0ms\n";
  EXPECT_EQ(read_ping(reply + summary).received_count, 1);
  const std::vector<std::string> outputs = {
      "",
      "\n",
      reply,
      summary,
      reply + reply,
      reply + "1 packets transmitted, 0 received, 100% packet loss, time 0ms\n",
      reply + "0 packets transmitted, 1 received, 0% packet loss, time 0ms\n",
      "0 packets transmitted, 0 received, 0% packet loss, time 0ms\n",
      "-1 packets transmitted, -1 received, 0% packet loss, time 0ms\n",
      reply + "99999999999 packets transmitted, 1 received, 0% packet loss, time 0ms\n",
      "ping: connect: Network is unreachable\n"};
  for (const std::string& output : outputs) EXPECT_THROW(read_ping(output), PingError) << output;
  for (const char* time : {"nan", "inf", "-1", "1e999", "", "x", "1.5ms", "0x10"})
    EXPECT_THAT(
        [&] {
          read_ping("64 bytes from 10.0.0.2: icmp_seq=1 ttl=64 time=" + std::string(time) + " ms\n" +
                    summary);
        },
        ThrowsMessage<PingError>(HasSubstr("line 1")))
        << time;
  for (const char* sequence : {"-1", "99999999999", "x", ""})
    EXPECT_THROW(read_ping("64 bytes from 10.0.0.2: icmp_seq=" + std::string(sequence) +
                           " ttl=64 time=1 ms\n" + summary),
                 PingError)
        << sequence;
}

TEST(PingReader, RefusesEndlessOutput) {
  EXPECT_THAT([] { read_ping(std::string(kPingOutputBytes + 1, '\n')); },
              ThrowsMessage<PingError>(HasSubstr("more than 16 MiB")));
  EXPECT_THROW(read_ping(std::string(kPingOutputBytes, 'x')), PingError);
}

TEST(PingReader, DamagedAtRandomIsReadOrRefused) {
  std::mt19937_64 random(1);
  int refused_count = 0;
  const std::vector<std::string> texts{printed("ping_loss"), printed("ping_busybox_duplicates"),
                                       printed("ping_unreachable")};
  for (int i = 0; i < 10000; ++i) {
    const std::string damaged = measure::mutate(texts[static_cast<std::size_t>(i) % texts.size()], random);
    try {
      const PingReport report = read_ping(damaged);
      EXPECT_TRUE(report.loss_ratio() >= 0 && report.loss_ratio() <= 1) << damaged;
      EXPECT_EQ(report.rtt_s.size(), static_cast<std::size_t>(report.received_count)) << damaged;
      EXPECT_GE(report.duplicate_count, 0) << damaged;
    } catch (const PingError&) {
      ++refused_count;
    } catch (...) {
      ADD_FAILURE() << "neither read nor refused: " << damaged;
    }
  }
  EXPECT_GT(refused_count, 3000);
  EXPECT_LT(refused_count, 10000);
}

TEST(PingCommand, WorksForIputilsAndBusybox) {
  EXPECT_THAT(ping_command("10.0.0.2", 20, std::chrono::milliseconds(50), 56),
              ElementsAre("ping", "-n", "-i", "0.050", "-c", "20", "-W", "1", "-s", "56", "10.0.0.2"));
  EXPECT_EQ(ping_command("10.0.0.2", 20, std::chrono::milliseconds(1005), 56).at(3), "1.005");
}

TEST(PingCommand, RefusesWhatPingWouldMisread) {
  const std::chrono::milliseconds interval(50);
  EXPECT_THROW(ping_command("", 1, interval, 56), std::invalid_argument);
  EXPECT_THROW(ping_command("-f", 1, interval, 56), std::invalid_argument);
  EXPECT_THROW(ping_command("10.0.0.2", 0, interval, 56), std::invalid_argument);
  EXPECT_THROW(ping_command("10.0.0.2", 65536, interval, 56), std::invalid_argument);
  EXPECT_THROW(ping_command("10.0.0.2", 1, std::chrono::milliseconds(1), 56), std::invalid_argument);
  EXPECT_THROW(ping_command("10.0.0.2", 1, interval, 15), std::invalid_argument);
  EXPECT_THROW(ping_command("10.0.0.2", 1, interval, 65508), std::invalid_argument);
}

}  // namespace
}  // namespace banco::tools
