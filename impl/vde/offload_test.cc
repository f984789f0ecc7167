// Segments, datagrams and completed checksums: every frame that comes out is read again by test_frames.hh.
#include "impl/vde/offload.hh"

#include <gmock/gmock.h>

#include <optional>

#include "impl/vde/test_frames.hh"

namespace banco::vde {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

// What segment() gives, or nothing; valid_offload() must agree.
std::optional<std::vector<Bytes>> segments_of(const TestFrame& input) {
  std::vector<Bytes> frames;
  const SegmentCount count = segment(input.header, input.frame, [&](auto headers, auto payload) {
    Bytes& frame = frames.emplace_back(headers.begin(), headers.end());
    append(frame, payload);
  });
  EXPECT_EQ(count.has_value(), valid_offload(input.header, input.frame));
  EXPECT_EQ(frames.size(), count.value_or(0));
  if (!count) return std::nullopt;
  return frames;
}

FrameShape tcp_shape(bool is_ipv6, std::size_t payload_bytes, std::uint16_t gso_size) {
  return {
      .is_ipv6 = is_ipv6,
      .payload_bytes = payload_bytes,
      .gso_type = is_ipv6 ? std::uint8_t{VIRTIO_NET_HDR_GSO_TCPV6} : std::uint8_t{VIRTIO_NET_HDR_GSO_TCPV4},
      .gso_size = gso_size};
}

FrameShape udp_shape(bool is_ipv6, std::size_t payload_bytes, std::uint16_t gso_size) {
  FrameShape shape = tcp_shape(is_ipv6, payload_bytes, gso_size);
  shape.is_tcp = false;
  shape.gso_type = kGsoUdpDatagrams;
  return shape;
}

// Bytes of the headers that a segment may have different from the input's, network and transport header
// alike.
Bytes unchanging(Bytes frame, const TestFrame& input, bool is_ipv6, bool is_tcp) {
  frame.resize(input.payload);
  if (is_ipv6) {
    put(frame, input.network + 4, 2, 0);
  } else {
    put(frame, input.network + 2, 4, 0);  // length and identification
    put(frame, input.network + 10, 2, 0);
  }
  if (is_tcp) {
    put(frame, input.transport + 4, 4, 0);
    put(frame, input.transport + 13, 1, get(frame, input.transport + 13, 1) & ~0x89u);
    put(frame, input.transport + 16, 2, 0);
  } else {
    put(frame, input.transport + 4, 4, 0);
  }
  return frame;
}

// All that holds for any TSO or USO input: data complete and in order, each frame right by itself.
void check_segments(const FrameShape& shape, const TestFrame& input) {
  const auto frames = segments_of(input);
  ASSERT_TRUE(frames);
  Bytes data;
  for (std::size_t index = 0; index < frames->size(); ++index) {
    SCOPED_TRACE(testing::Message() << "segment " << index << " of " << frames->size());
    const Bytes& frame = (*frames)[index];
    const PlainParts parts = check_plain(frame, input, shape.is_ipv6, shape.is_tcp);
    ASSERT_LE(frame.size(), parts.payload + shape.gso_size);
    if (index + 1 != frames->size()) {
      ASSERT_EQ(frame.size(), parts.payload + shape.gso_size);
    }
    EXPECT_EQ(unchanging(frame, input, shape.is_ipv6, shape.is_tcp),
              unchanging(input.frame, input, shape.is_ipv6, shape.is_tcp));
    if (!shape.is_ipv6) {
      EXPECT_EQ(get(frame, parts.network + 4, 2), (shape.identification + index) & 0xffff);
    }
    if (shape.is_tcp) {
      EXPECT_EQ(get(frame, parts.transport + 4, 4), (shape.sequence + data.size()) & 0xffff'ffff);
      int flags = shape.tcp_flags;
      if (index != 0) flags &= ~0x80;
      if (index + 1 != frames->size()) flags &= ~0x09;
      EXPECT_EQ(get(frame, parts.transport + 13, 1), static_cast<unsigned>(flags));
    }
    append(data, std::span(frame).subspan(parts.payload));
  }
  EXPECT_EQ(data, Bytes(input.frame.begin() + static_cast<std::ptrdiff_t>(input.payload), input.frame.end()));
}

TEST(Segment, TakesAnyTcpSuperFrameApart) {
  std::mt19937 random(10);
  for (int round = 0; round < 300; ++round) {
    FrameShape shape = tcp_shape(random() % 2 == 0, random() % (round < 20 ? 65000 : 6000),
                                 static_cast<std::uint16_t>(8 + random() % 3000));
    shape.is_tagged = random() % 3 == 0;
    shape.needs_checksum = random() % 4 != 0;
    shape.tcp_option_bytes = random() % 11 * 4;
    shape.tcp_flags = static_cast<int>(random() & 0xff);
    shape.sequence = round % 5 == 0 ? 0xffff'fff0 : static_cast<std::uint32_t>(random());
    shape.identification = round % 7 == 0 ? 0xfffe : static_cast<std::uint16_t>(random());
    if (random() % 2 == 0) shape.gso_type |= VIRTIO_NET_HDR_GSO_ECN;
    if (!shape.is_ipv6) shape.ipv4_options = random_bytes(random() % 11 * 4, random);
    if (shape.is_ipv6 && random() % 2 == 0) {
      shape.kinds = {0, 60, 43, 60};
      for (std::size_t count = 0; count < 4; ++count)
        append(shape.extensions, extension_of(1 + random() % 4));
    }
    SCOPED_TRACE(testing::Message() << "round " << round);
    check_segments(shape, build(shape, random));
    if (HasFailure()) return;
  }
}

TEST(Segment, TakesAnyUdpSuperFrameApart) {
  std::mt19937 random(11);
  for (int round = 0; round < 200; ++round) {
    FrameShape shape =
        udp_shape(random() % 2 == 0, random() % 6000, static_cast<std::uint16_t>(60 + random() % 2000));
    shape.is_tagged = random() % 3 == 0;
    shape.needs_checksum = random() % 4 != 0;
    SCOPED_TRACE(testing::Message() << "round " << round);
    check_segments(shape, build(shape, random));
    if (HasFailure()) return;
  }
}

TEST(Segment, GivesTheLastFrameTheRestAndFinAndPush) {
  std::mt19937 random(12);
  FrameShape shape = tcp_shape(false, 3001, 1500);
  shape.tcp_flags = 0x10 | 0x01 | 0x08 | 0x80;
  shape.gso_type |= VIRTIO_NET_HDR_GSO_ECN;
  const auto frames = segments_of(build(shape, random));
  ASSERT_TRUE(frames);
  ASSERT_THAT(*frames, ElementsAre(SizeIs(14 + 40 + 1500), SizeIs(14 + 40 + 1500), SizeIs(14 + 40 + 1)));
  EXPECT_EQ(get((*frames)[0], 47, 1), 0x90u);
  EXPECT_EQ(get((*frames)[1], 47, 1), 0x10u);
  EXPECT_EQ(get((*frames)[2], 47, 1), 0x19u);
}

TEST(Segment, MakesNoEmptyFrameWhenTheSizeDividesTheData) {
  std::mt19937 random(13);
  EXPECT_THAT(segments_of(build(tcp_shape(true, 3000, 1500), random)), testing::Optional(SizeIs(2)));
  EXPECT_THAT(segments_of(build(tcp_shape(true, 0, 1500), random)), testing::Optional(SizeIs(1)));
  check_segments(tcp_shape(true, 0, 1500), build(tcp_shape(true, 0, 1500), random));
}

TEST(Segment, TakesTheSmallestSegmentsThatLinuxMakes) {
  std::mt19937 random(14);
  FrameShape shape = tcp_shape(false, 65535 - 60, 8);
  shape.tcp_option_bytes = 20;
  EXPECT_THAT(segments_of(build(shape, random)), testing::Optional(SizeIs((65535 - 60 + 7) / 8)));
}

TEST(Segment, PointsIntoTheInputInsteadOfCopyingData) {
  std::mt19937 random(15);
  const TestFrame input = build(tcp_shape(false, 4000, 1000), random);
  std::size_t at = input.payload;
  segment(input.header, input.frame, [&](auto, auto payload) {
    EXPECT_EQ(payload.data(), input.frame.data() + at);
    at += payload.size();
  });
  EXPECT_EQ(at, input.frame.size());
}

TEST(Segment, FillsInIpLengthsThatWereLeftToTheDevice) {
  std::mt19937 random(16);
  for (const bool is_ipv6 : {false, true}) {
    TestFrame input = build(tcp_shape(is_ipv6, 2500, 1000), random);
    put(input.frame, input.network + (is_ipv6 ? 4 : 2), 2, 0);
    check_segments(tcp_shape(is_ipv6, 2500, 1000), input);
  }
}

TEST(Segment, LeavesUdpWithoutChecksumWithoutChecksum) {
  std::mt19937 random(17);
  FrameShape shape = udp_shape(false, 1000, 400);
  shape.needs_checksum = false;
  TestFrame input = build(shape, random);
  put(input.frame, input.checksum_field(), 2, 0);
  const auto frames = segments_of(input);
  ASSERT_TRUE(frames);
  for (const Bytes& frame : *frames) EXPECT_EQ(get(frame, input.checksum_field(), 2), 0u);
}

TEST(Segment, WritesFfffWhereAUdpChecksumIsZero) {
  std::mt19937 random(18);
  for (const std::uint8_t gso_type : {std::uint8_t{VIRTIO_NET_HDR_GSO_NONE}, kGsoUdpDatagrams}) {
    FrameShape shape = udp_shape(false, 100, 200);
    shape.gso_type = gso_type;
    TestFrame input = build(shape, random);
    put(input.frame, input.payload, 2, 0);
    const auto frames = segments_of(input);  // tells what two bytes make the sum ffff
    ASSERT_TRUE(frames);
    put(input.frame, input.payload, 2, get(frames->at(0), input.checksum_field(), 2));
    EXPECT_EQ(get(segments_of(input)->at(0), input.checksum_field(), 2), 0xffffu);
  }
}

TEST(PlainFrame, PassesAsItIs) {
  std::mt19937 random(19);
  for (const std::size_t size : {14u, 60u, 9234u, 65000u}) {
    const TestFrame input{.frame = random_bytes(size, random)};
    EXPECT_THAT(segments_of(input), testing::Optional(ElementsAre(input.frame)));
  }
}

TEST(PlainFrame, ThatFitsItsSegmentPassesAsItIsWhenItsChecksumIsThere) {
  std::mt19937 random(20);
  FrameShape shape = tcp_shape(false, 900, 1000);
  shape.needs_checksum = false;
  TestFrame input = build(shape, random);
  put(input.frame, input.checksum_field(), 2, 0xdead);  // a wrong one is not ours to mend
  EXPECT_THAT(segments_of(input), testing::Optional(ElementsAre(input.frame)));
}

TEST(CompletedChecksum, IsRightForTcpAndUdp) {
  std::mt19937 random(21);
  for (int round = 0; round < 200; ++round) {
    FrameShape shape = round % 2 == 0 ? tcp_shape(round % 4 < 2, random() % 2000, 0)
                                      : udp_shape(round % 4 < 2, random() % 2000, 0);
    shape.gso_type = VIRTIO_NET_HDR_GSO_NONE;
    shape.is_tagged = random() % 2 == 0;
    const TestFrame input = build(shape, random);
    const auto frames = segments_of(input);
    ASSERT_TRUE(frames);
    ASSERT_THAT(*frames, SizeIs(1));
    check_plain(frames->at(0), input, shape.is_ipv6, shape.is_tcp);
    Bytes expected = input.frame;
    put(expected, input.checksum_field(), 2, get(frames->at(0), input.checksum_field(), 2));
    ASSERT_EQ(frames->at(0), expected);
  }
}

TEST(CompletedChecksum, MayLieAnywhereInAPlainFrame) {
  std::mt19937 random(22);
  TestFrame input{.frame = random_bytes(9234, random)};
  input.header.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
  for (const auto& [start, offset] :
       {std::pair{14, 0}, {14, 9218}, {9232, 0}, {500, 11}, {509, 2}, {15, 1000}}) {
    input.header.csum_start = static_cast<std::uint16_t>(start);
    input.header.csum_offset = static_cast<std::uint16_t>(offset);
    const auto frames = segments_of(input);
    ASSERT_TRUE(frames) << start << "+" << offset;
    const Bytes summed(input.frame.begin() + start, input.frame.end());
    const auto sum = naive_checksum(summed);
    Bytes expected = input.frame;
    put(expected, static_cast<std::size_t>(start + offset), 2, sum == 0 ? 0xffff : sum);
    EXPECT_EQ(frames->at(0), expected) << start << "+" << offset;
  }
}

}  // namespace
}  // namespace banco::vde
