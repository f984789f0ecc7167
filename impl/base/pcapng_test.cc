// Reads what was written back with a reader of its own, as strict as the format allows.
#include "impl/base/pcapng.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace banco::base {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

struct ReadBlock {
  std::uint32_t type = 0;
  std::string body;  // without options
  std::map<int, std::string> options;
};

template <typename Number>
Number number_at(std::string_view bytes, std::size_t offset) {
  Number value{};
  if (offset + sizeof(value) > bytes.size()) throw std::runtime_error("a block ends early");
  std::memcpy(&value, bytes.data() + offset, sizeof(value));
  return value;
}

// How long a block is before its options.
std::size_t fixed_bytes(std::uint32_t type, std::string_view body) {
  switch (type) {
    case 0x0a0d0d0a:
      return 16;
    case 1:
      return 8;
    case 5:
      return 12;
    case 6:
      return 20 + (number_at<std::uint32_t>(body, 12) + 3) / 4 * 4;
    default:
      throw std::runtime_error("a block of an unknown type");
  }
}

std::map<int, std::string> read_options(std::string_view bytes) {
  std::map<int, std::string> options;
  for (std::size_t at = 0;;) {
    const int code = number_at<std::uint16_t>(bytes, at);
    const std::size_t size_bytes = number_at<std::uint16_t>(bytes, at + 2);
    const std::size_t padded_bytes = (size_bytes + 3) / 4 * 4;
    at += 4;
    if (at + padded_bytes > bytes.size()) throw std::runtime_error("an option ends early");
    if (code == 0) {
      if (size_bytes != 0 || at != bytes.size()) throw std::runtime_error("something after the options");
      return options;
    }
    for (std::size_t i = size_bytes; i < padded_bytes; ++i)
      if (bytes[at + i] != '\0') throw std::runtime_error("padding that is not zero");
    options[code] = bytes.substr(at, size_bytes);
    at += padded_bytes;
  }
}

std::vector<ReadBlock> read_blocks(std::string_view file) {
  std::vector<ReadBlock> blocks;
  while (!file.empty()) {
    const auto size_bytes = number_at<std::uint32_t>(file, 4);
    if (size_bytes % 4 != 0 || size_bytes < 12 || size_bytes > file.size())
      throw std::runtime_error("a block of a wrong length");
    if (number_at<std::uint32_t>(file, size_bytes - 4) != size_bytes)
      throw std::runtime_error("two lengths that differ");
    ReadBlock block{.type = number_at<std::uint32_t>(file, 0), .body = {}, .options = {}};
    const std::string_view body = file.substr(8, size_bytes - 12);
    const std::size_t fixed = fixed_bytes(block.type, body);
    block.body = body.substr(0, fixed);
    block.options = read_options(body.substr(fixed));
    blocks.push_back(std::move(block));
    file.remove_prefix(size_bytes);
  }
  return blocks;
}

std::string take_all(PcapngBuffer& buffer) {
  const auto bytes = buffer.bytes();
  std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  buffer.consume(bytes.size());
  return text;
}

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text));
}

TEST(PcapngBuffer, WritesAFileThatIsReadBackAsItWasMeant) {
  PcapngBuffer buffer(4096);
  ASSERT_TRUE(buffer.add_section("Linux 6.1", "banco 0.1.0"));
  ASSERT_TRUE(buffer.add_interface("a:eth0>sw", "demo: link a:eth0, a to sw", 262144));
  ASSERT_TRUE(buffer.add_packet({.interface = 0,
                                 .time_ns = 1'795'000'000'123'456'789,
                                 .direction = PcapngDirection::kOutbound,
                                 .bytes = bytes_of("seven b"),
                                 .original_bytes = 1500}));
  ASSERT_TRUE(buffer.add_statistics(0, 1'795'000'001'000'000'000, {.received_count = 1, .dropped_count = 2}));

  const auto blocks = read_blocks(take_all(buffer));
  ASSERT_THAT(blocks, SizeIs(4));
  EXPECT_EQ(number_at<std::uint32_t>(blocks[0].body, 0), 0x1a2b3c4dU);
  EXPECT_EQ(number_at<std::uint16_t>(blocks[0].body, 4), 1);
  EXPECT_EQ(number_at<std::int64_t>(blocks[0].body, 8), -1);
  EXPECT_THAT(blocks[0].options, ElementsAre(std::pair(3, "Linux 6.1"), std::pair(4, "banco 0.1.0")));
  EXPECT_EQ(number_at<std::uint16_t>(blocks[1].body, 0), 1);  // Ethernet
  EXPECT_EQ(number_at<std::uint32_t>(blocks[1].body, 4), 262144U);
  EXPECT_THAT(blocks[1].options,
              ElementsAre(std::pair(2, "a:eth0>sw"), std::pair(3, "demo: link a:eth0, a to sw"),
                          std::pair(9, "\x09")));
  const std::uint64_t time_ns = std::uint64_t{number_at<std::uint32_t>(blocks[2].body, 4)} << 32 |
                                number_at<std::uint32_t>(blocks[2].body, 8);
  EXPECT_EQ(time_ns, 1'795'000'000'123'456'789U);
  EXPECT_EQ(number_at<std::uint32_t>(blocks[2].body, 16), 1500U);
  EXPECT_EQ(blocks[2].body.substr(20, 7), "seven b");
  EXPECT_EQ(number_at<std::uint32_t>(blocks[2].options.at(2), 0), 2U);
  EXPECT_EQ(number_at<std::uint64_t>(blocks[3].options.at(4), 0), 1U);
  EXPECT_EQ(number_at<std::uint64_t>(blocks[3].options.at(5), 0), 2U);
}

TEST(PcapngBuffer, RefusesWholeBlocksAndStaysReadable) {
  PcapngBuffer buffer(400);
  ASSERT_TRUE(buffer.add_section("", ""));
  const std::string frame(60, 'f');
  const PcapngPacket packet{.bytes = bytes_of(frame), .original_bytes = 60};
  int added_count = 0;
  while (buffer.add_packet(packet)) ++added_count;
  EXPECT_GT(added_count, 1);
  EXPECT_LE(buffer.bytes().size(), 400U);
  EXPECT_FALSE(buffer.add_packet(packet));
  EXPECT_THAT(read_blocks(take_all(buffer)), SizeIs(added_count + 1));
  EXPECT_TRUE(buffer.add_packet(packet)) << "what was written has made no room";
}

TEST(PcapngBuffer, KeepsBlocksWholeWhenTheyAreTakenInPieces) {
  PcapngBuffer buffer(300);
  std::string file;
  int added_count = 0;
  for (std::size_t step = 1; step < 400; ++step) {
    const std::string frame(step % 90, 'x');
    if (buffer.add_packet({.bytes = bytes_of(frame), .original_bytes = 90})) ++added_count;
    const auto next = buffer.bytes().first(std::min<std::size_t>(buffer.bytes().size(), step % 120));
    file.append(reinterpret_cast<const char*>(next.data()), next.size());
    buffer.consume(next.size());
  }
  file += take_all(buffer);
  EXPECT_THAT(read_blocks(file), SizeIs(added_count));
}

TEST(PcapngBuffer, CutsTextsThatAreTooLong) {
  PcapngBuffer buffer(8192);
  ASSERT_TRUE(buffer.add_interface(std::string(100'000, 'n'), "", 0));
  EXPECT_THAT(read_blocks(take_all(buffer)).at(0).options.at(2), SizeIs(1024));
}

}  // namespace
}  // namespace banco::base
