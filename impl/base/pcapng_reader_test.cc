#include "impl/base/pcapng_reader.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <stdexcept>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size_bytes);

namespace banco::base {
namespace {

using testing::ElementsAre;
using testing::ThrowsMessage;

constexpr std::string_view kHello = "hello";

std::span<const std::byte> text_bytes(std::string_view text) {
  return std::as_bytes(std::span(text));
}

// A file with two interfaces, two packets and statistics.
std::vector<std::byte> sample() {
  PcapngBuffer buffer(4096);
  buffer.add_section("Linux", "test");
  buffer.add_interface("a>b", "a to b", 100);
  buffer.add_interface("b>a", "b to a", 100);
  buffer.add_packet({.interface = 0,
                     .time_ns = 1'700'000'000'123'456'789,
                     .direction = PcapngDirection::kOutbound,
                     .bytes = text_bytes(kHello),
                     .original_bytes = 1500});
  buffer.add_packet({.interface = 1, .time_ns = 7, .direction = PcapngDirection::kInbound, .bytes = {}});
  buffer.add_statistics(1, 8, {.received_count = 5, .dropped_count = 3});
  return {buffer.bytes().begin(), buffer.bytes().end()};
}

std::vector<std::string> words_of(std::span<const std::byte> file, std::size_t piece_bytes) {
  std::vector<std::string> words;
  PcapngReader reader;
  for (std::size_t at = 0; at < file.size(); at += piece_bytes)
    reader.read(file.subspan(at, std::min(piece_bytes, file.size() - at)), [&](const PcapngPacket& packet) {
      words.push_back(std::to_string(packet.interface) + " " + std::to_string(packet.time_ns) + " " +
                      std::to_string(static_cast<int>(packet.direction)) + " " +
                      std::string(reinterpret_cast<const char*>(packet.bytes.data()), packet.bytes.size()) +
                      " " + std::to_string(packet.original_bytes));
    });
  const PcapngCounts counts = reader.counts(1);
  words.push_back(std::to_string(counts.received_count) + " " + std::to_string(counts.dropped_count));
  return words;
}

TEST(PcapngReader, ReadsWhatWasWrittenInPiecesOfAnySize) {
  const auto file = sample();
  for (const std::size_t piece_bytes : {file.size(), std::size_t{1}, std::size_t{7}, std::size_t{64}})
    EXPECT_THAT(words_of(file, piece_bytes),
                ElementsAre("0 1700000000123456789 2 hello 1500", "1 7 1  0", "5 3"));
}

TEST(PcapngReader, RefusesWhatIsNoCapture) {
  const auto refusal = [](std::vector<std::byte> file, std::size_t at, std::uint32_t number) {
    std::memcpy(file.data() + at, &number, sizeof(number));
    return [file] { words_of(file, file.size()); };
  };
  const auto says = [](const char* words) {
    return ThrowsMessage<std::invalid_argument>(testing::HasSubstr(words));
  };
  EXPECT_THAT(refusal(sample(), 0, 1), says("no pcapng"));
  EXPECT_THAT(refusal(sample(), 4, 8), says("impossible length"));
  EXPECT_THAT(refusal(sample(), 4, 30), says("impossible length"));
  EXPECT_THAT(refusal(sample(), 4, 0x7ffffffc), says("impossible length"));
  EXPECT_THAT(refusal(sample(), 8, 0x4d3c2b1a), says("byte order"));
  std::uint32_t first_bytes = 0;
  std::memcpy(&first_bytes, sample().data() + 4, sizeof(first_bytes));
  EXPECT_THAT(refusal(sample(), first_bytes - 4, 0), says("differ"));
  EXPECT_THAT(refusal(sample(), first_bytes + 8, 113), says("not one of Ethernet"));
}

TEST(PcapngReader, BearsAnyBytes) {
  std::mt19937 random(3);
  int good_count = 0;
  for (int round = 0; round < 20'000; ++round) {
    auto file = sample();
    for (unsigned changes = random() % 4; changes > 0; --changes)
      file[random() % file.size()] = static_cast<std::byte>(random());
    file.resize(random() % 4 == 0 ? 1 + random() % file.size() : file.size());
    EXPECT_EQ(LLVMFuzzerTestOneInput(reinterpret_cast<const unsigned char*>(file.data()), file.size()), 0);
    try {
      words_of(file, 1 + random() % file.size());
      ++good_count;
    } catch (const std::invalid_argument&) {
    }
  }
  EXPECT_GT(good_count, 2000);
  EXPECT_LT(good_count, 18'000);
}

}  // namespace
}  // namespace banco::base
