// UFO: one datagram becomes fragments, which are put together again here as RFC 791 and RFC 8200 say.
#include <gmock/gmock.h>

#include "impl/vde/offload.hh"
#include "impl/vde/test_frames.hh"

namespace banco::vde {
namespace {

using testing::SizeIs;

std::vector<Bytes> fragments_of(const TestFrame& input) {
  std::vector<Bytes> frames;
  segment(input.header, input.frame, [&](auto headers, auto payload) {
    Bytes& frame = frames.emplace_back(headers.begin(), headers.end());
    append(frame, payload);
  });
  return frames;
}

FrameShape ufo_shape(bool is_ipv6, std::size_t payload_bytes, std::uint16_t gso_size) {
  return {.is_ipv6 = is_ipv6,
          .is_tcp = false,
          .payload_bytes = payload_bytes,
          .gso_type = VIRTIO_NET_HDR_GSO_UDP,
          .gso_size = gso_size};
}

// One datagram in a plain frame from the fragments of it, all fields of each checked on the way.
// `repeated_bytes`: what stands before a fragment's data, its fragment header (IPv6) not counted.
Bytes reassembled(const std::vector<Bytes>& fragments, const TestFrame& input, const FrameShape& shape,
                  std::size_t repeated_bytes) {
  const std::size_t data_at = repeated_bytes + (shape.is_ipv6 ? 8 : 0);
  Bytes data;
  for (const Bytes& fragment : fragments) {
    const bool is_last = &fragment == &fragments.back();
    EXPECT_GT(fragment.size(), data_at);
    EXPECT_LE(fragment.size(), data_at + shape.gso_size);
    if (shape.is_ipv6) {
      EXPECT_EQ(get(fragment, input.network + 4, 2), fragment.size() - input.network - 40);
      EXPECT_EQ(get(fragment, repeated_bytes + 1, 1), 0u) << "reserved";
      EXPECT_EQ(get(fragment, repeated_bytes + 2, 2), data.size() | (is_last ? 0u : 1u));
      EXPECT_EQ(get(fragment, repeated_bytes + 4, 4), get(fragments[0], repeated_bytes + 4, 4));
    } else {
      EXPECT_EQ(get(fragment, input.network + 2, 2), fragment.size() - input.network);
      EXPECT_EQ(get(fragment, input.network + 4, 2), shape.identification);
      EXPECT_EQ(get(fragment, input.network + 6, 2), data.size() / 8 | (is_last ? 0u : 0x2000u));
      const auto start = fragment.begin();
      EXPECT_EQ(naive_sum(Bytes(start + static_cast<std::ptrdiff_t>(input.network),
                                start + static_cast<std::ptrdiff_t>(repeated_bytes))),
                0xffff);
    }
    append(data, std::span(fragment).subspan(data_at));
  }
  Bytes whole(fragments[0].begin(), fragments[0].begin() + static_cast<std::ptrdiff_t>(repeated_bytes));
  append(whole, data);
  return whole;
}

TEST(Fragments, OfIpv4MakeTheDatagramAgain) {
  std::mt19937 random(30);
  for (int round = 0; round < 200; ++round) {
    FrameShape shape = ufo_shape(false, random() % 9000, static_cast<std::uint16_t>(8 + random() % 1500));
    shape.is_tagged = random() % 2 == 0;
    shape.needs_checksum = random() % 3 != 0;
    shape.ipv4_options = bytes_of({0x94, 4, 0, 0, 0x83, 7, 4, 10, 0, 0, 1, 1});  // both are copied
    const TestFrame input = build(shape, random);
    const auto fragments = fragments_of(input);
    if ((8 + shape.payload_bytes) <= shape.gso_size) continue;
    ASSERT_THAT(fragments, SizeIs(testing::Gt(1)));
    Bytes whole = reassembled(fragments, input, shape, input.transport);
    // As the receiver puts it together: no flags, the length of all.
    put(whole, input.network + 2, 2, whole.size() - input.network);
    put(whole, input.network + 6, 2, 0);
    put(whole, input.network + 10, 2, 0);
    const auto at = whole.begin() + static_cast<std::ptrdiff_t>(input.network);
    put(whole, input.network + 10, 2, naive_checksum(Bytes(at, at + 32)));
    check_plain(whole, input, false, false);
    ASSERT_EQ(Bytes(whole.begin() + static_cast<std::ptrdiff_t>(input.payload), whole.end()),
              Bytes(input.frame.begin() + static_cast<std::ptrdiff_t>(input.payload), input.frame.end()));
    if (HasFailure()) return;
  }
}

TEST(Fragments, OfIpv6MakeTheDatagramAgain) {
  std::mt19937 random(31);
  for (int round = 0; round < 200; ++round) {
    FrameShape shape =
        ufo_shape(true, 200 + random() % 9000, static_cast<std::uint16_t>(64 + random() % 120));
    shape.is_tagged = random() % 2 == 0;
    shape.needs_checksum = random() % 3 != 0;
    std::size_t before_bytes = 40;
    if (round % 2 == 0) {
      shape.kinds = {0, 60, 43, 60};  // the last goes into the fragments
      for (const std::size_t blocks : {1, 2, 3, 2}) append(shape.extensions, extension_of(blocks));
      before_bytes += 8 + 16 + 24;
    }
    const TestFrame input = build(shape, random);
    const auto fragments = fragments_of(input);
    ASSERT_THAT(fragments, SizeIs(testing::Gt(1)));
    const std::size_t repeated_bytes = input.network + before_bytes;
    Bytes whole = reassembled(fragments, input, shape, repeated_bytes);
    // As the receiver puts it together: the fragment header gone from the chain.
    const std::size_t next_header = round % 2 == 0 ? repeated_bytes - 24 : input.network + 6;
    EXPECT_EQ(get(whole, next_header, 1), 44u);
    put(whole, next_header, 1, get(fragments[0], repeated_bytes, 1));
    put(whole, input.network + 4, 2, whole.size() - input.network - 40);
    check_plain(whole, input, true, false);
    put(whole, input.checksum_field(), 2, get(input.frame, input.checksum_field(), 2));
    ASSERT_EQ(whole, input.frame);
    if (HasFailure()) return;
  }
}

TEST(Fragments, OfTwoIpv6DatagramsHaveTwoIdentifications) {
  std::mt19937 random(32);
  const TestFrame input = build(ufo_shape(true, 3000, 1000), random);
  const auto one = fragments_of(input);
  const auto other = fragments_of(input);
  ASSERT_FALSE(one.empty());
  EXPECT_NE(get(one[0], 14 + 40 + 4, 4), get(other[0], 14 + 40 + 4, 4));
}

TEST(Fragments, CarryEightsOfBytesWhateverTheSizeSays) {
  std::mt19937 random(33);
  const auto fragments = fragments_of(build(ufo_shape(false, 3000, 1003), random));
  ASSERT_THAT(fragments, SizeIs(4));
  EXPECT_THAT(fragments[0], SizeIs(14 + 20 + 1000));
}

TEST(Fragments, BehindTheFirstHaveOnlyCopiedOptions) {
  std::mt19937 random(34);
  FrameShape shape = ufo_shape(false, 3000, 1000);
  shape.ipv4_options = bytes_of({7, 7, 4, 1, 2, 3, 4, 0x94, 4, 0, 0, 0});  // record route, router alert, end
  const auto fragments = fragments_of(build(shape, random));
  ASSERT_THAT(fragments, SizeIs(4));
  const auto options = [](const Bytes& frame) { return Bytes(frame.begin() + 34, frame.begin() + 46); };
  EXPECT_EQ(options(fragments[0]), shape.ipv4_options);
  for (std::size_t index = 1; index < 4; ++index)
    EXPECT_EQ(options(fragments[index]), bytes_of({1, 1, 1, 1, 1, 1, 1, 0x94, 4, 0, 0, 0})) << index;
}

TEST(Fragments, AreNotMadeOfADatagramThatFits) {
  std::mt19937 random(35);
  for (const bool is_ipv6 : {false, true}) {
    const TestFrame input = build(ufo_shape(is_ipv6, 992, 1000), random);
    const auto frames = fragments_of(input);
    ASSERT_THAT(frames, SizeIs(1));
    check_plain(frames[0], input, is_ipv6, false);
    Bytes expected = input.frame;
    put(expected, input.checksum_field(), 2, get(frames[0], input.checksum_field(), 2));
    EXPECT_EQ(frames[0], expected);
  }
}

TEST(Fragments, LeaveAChecksumAloneThatIsThere) {
  std::mt19937 random(36);
  FrameShape shape = ufo_shape(false, 3000, 1000);
  shape.needs_checksum = false;
  for (const std::uint64_t checksum : {0x0000, 0x1234}) {
    TestFrame input = build(shape, random);
    put(input.frame, input.checksum_field(), 2, checksum);
    EXPECT_EQ(get(fragments_of(input).at(0), input.checksum_field(), 2), checksum);
  }
}

}  // namespace
}  // namespace banco::vde
