#include "harness/lab/frame_summary.hh"

#include <gtest/gtest.h>

#include <random>
#include <string_view>
#include <vector>

namespace banco::lab {
namespace {

// Bytes from hexadecimal digits; spaces are for people.
std::vector<std::byte> frame(std::string_view digits) {
  std::string hex;
  for (const char digit : digits)
    if (digit != ' ') hex += digit;
  std::vector<std::byte> bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes.push_back(static_cast<std::byte>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  return bytes;
}

constexpr const char* kMacs = "525400000002 525400000001 ";

TEST(FrameSummary, SaysWhatAFrameIs) {
  const std::string macs = kMacs;
  const std::string ipv4 = macs + "0800 45000054 00004000 40";
  const std::string ends = " 0000 0a000001 0a000002 ";
  const std::pair<std::string, const char*> cases[] = {
      {ipv4 + "01" + ends + "0800 0000 0001 0003", "10.0.0.1 > 10.0.0.2 ICMP echo request 3"},
      {ipv4 + "01" + ends + "0000 0000 0001 0004", "10.0.0.1 > 10.0.0.2 ICMP echo reply 4"},
      {ipv4 + "01" + ends + "0301 0000", "10.0.0.1 > 10.0.0.2 ICMP type 3 code 1"},
      {ipv4 + "06" + ends + "9c40 0050 00000007 00000000 5002", "10.0.0.1.40000 > 10.0.0.2.80 TCP [S] seq 7"},
      {ipv4 + "11" + ends + "0035 0036", "10.0.0.1.53 > 10.0.0.2.54 UDP"},
      {ipv4 + "59" + ends, "10.0.0.1 > 10.0.0.2 protocol 89"},
      {macs + "0800 45000054 00000010 40 11" + ends, "10.0.0.1 > 10.0.0.2 fragment"},
      {macs + "8100 0005 0806 0001 0800 0604 0001 525400000001 0a000001 000000000000 0a000002",
       "VLAN 5 ARP who has 10.0.0.2, tell 10.0.0.1"},
      {macs + "0806 0001 0800 0604 0002 525400000002 0a000002 525400000001 0a000001",
       "ARP 10.0.0.2 is at 52:54:00:00:00:02"},
      {macs + "86dd 60000000 0008 3a ff fd000000000000000000000000000001 fd000000000000000000000000000002 "
              "8000 0000 0001 0009",
       "fd00::1 > fd00::2 ICMPv6 echo request 9"},
      {macs + "88b5", "52:54:00:00:00:01 > 52:54:00:00:00:02 type 0x88b5"},
      {"5254", "a frame without a header"},
  };
  for (const auto& [digits, words] : cases) EXPECT_EQ(frame_summary(frame(digits)), words);
}

TEST(FrameSummary, ReadsNothingBeyondTheEnd) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20'000; ++i) {
    auto bytes = frame(std::string(kMacs) + (i % 2 == 0 ? "0800 4f" : "8100 0001 8100 0002 86dd 60"));
    bytes.resize(random() % 90);
    for (std::size_t at = 18; at < bytes.size(); ++at) bytes[at] = static_cast<std::byte>(random());
    bytes.shrink_to_fit();
    EXPECT_FALSE(frame_summary(bytes).empty());
  }
}

}  // namespace
}  // namespace banco::lab
