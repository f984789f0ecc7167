#include "impl/vde/checksum.hh"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "impl/vde/test_frames.hh"

namespace banco::vde {
namespace {

// RFC 1071, section 3: 00 01 f2 03 f4 f5 f6 f7 sum up to ddf2.
TEST(InternetSum, GivesTheExampleOfRfc1071) {
  const Bytes bytes = bytes_of({0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7});
  InternetSum sum;
  sum.add(bytes);
  EXPECT_EQ(sum.folded(), 0xddf2);
  EXPECT_EQ(internet_checksum(bytes), 0x220d);
}

// The header that Wikipedia's article "Internet checksum" works through: b861.
TEST(InternetSum, GivesTheChecksumOfAWellKnownIpv4Header) {
  const Bytes header = bytes_of({0x45, 0x00, 0x00, 0x73, 0x00, 0x00, 0x40, 0x00, 0x40, 0x11,
                                 0x00, 0x00, 0xc0, 0xa8, 0x00, 0x01, 0xc0, 0xa8, 0x00, 0xc7});
  EXPECT_EQ(internet_checksum(header), 0xb861);
}

// RFC 1624, section 4: cd7a and 3285 sum up to ffff, so the checksum is 0000.
TEST(InternetSum, OfNothingIsZeroAndOfNegativeZeroIsFfff) {
  EXPECT_EQ(InternetSum().folded(), 0);
  EXPECT_EQ(InternetSum().checksum(), 0xffff);
  EXPECT_EQ(internet_checksum(bytes_of({0xff, 0xff, 0xff, 0xff})), 0);
  EXPECT_EQ(internet_checksum(bytes_of({0xcd, 0x7a, 0x32, 0x85})), 0);
}

TEST(InternetSum, NeverGivesUdpAZero) {
  InternetSum sum;
  sum.add16(0xffff);
  EXPECT_EQ(sum.checksum(), 0);
  EXPECT_EQ(sum.nonzero_checksum(), 0xffff);
  sum.add16(1);
  EXPECT_EQ(sum.nonzero_checksum(), 0xfffe);
}

TEST(InternetSum, AgreesWithASumByteByByteAtEachLengthAndAlignment) {
  std::mt19937 random(1);
  const Bytes bytes = random_bytes(700, random);
  for (std::size_t start = 0; start < 9; ++start) {
    for (std::size_t size = 0; size < 600; ++size) {
      const Bytes exact(bytes.begin() + static_cast<std::ptrdiff_t>(start),
                        bytes.begin() + static_cast<std::ptrdiff_t>(start + size));
      ASSERT_EQ(internet_checksum(std::span(bytes).subspan(start, size)), naive_checksum(exact))
          << start << size;
      ASSERT_EQ(internet_checksum(exact), naive_checksum(exact)) << size;
    }
  }
}

TEST(InternetSum, LosesNoCarryInTheLongestFrameOfOnes) {
  for (const std::size_t size : {65535u, 65536u, 65593u}) {
    const Bytes ones(size, std::byte{0xff});
    EXPECT_EQ(internet_checksum(ones), naive_checksum(ones)) << size;
  }
}

TEST(InternetSum, IsTheSameInPiecesOfAnyLength) {
  std::mt19937 random(2);
  for (int round = 0; round < 500; ++round) {
    const Bytes bytes = random_bytes(random() % 400, random);
    InternetSum sum;
    for (std::size_t at = 0; at < bytes.size();) {
      const std::size_t size = std::min<std::size_t>(random() % 90, bytes.size() - at);
      sum.add(std::span(bytes).subspan(at, size));
      at += size;
    }
    ASSERT_EQ(sum.checksum(), naive_checksum(bytes)) << "round " << round;
  }
}

TEST(InternetSum, AddsFieldsAsIfTheyStoodInTheMessage) {
  InternetSum sum;
  sum.add16(0x1234);
  sum.add32(0x56789abc);
  EXPECT_EQ(sum.checksum(), naive_checksum(bytes_of({0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc})));
}

TEST(PseudoHeader, OfIpv4IsTwelveBytes) {
  const Bytes addresses = bytes_of({10, 1, 2, 3, 10, 4, 5, 6});
  Bytes whole = addresses;
  append(whole, bytes_of({0, 17, 0xab, 0xcd}));
  EXPECT_EQ(ipv4_pseudo_header(std::span<const std::byte, 8>(addresses), 17, 0xabcd).checksum(),
            naive_checksum(whole));
}

TEST(PseudoHeader, OfIpv6IsFortyBytes) {
  std::mt19937 random(3);
  const Bytes addresses = random_bytes(32, random);
  Bytes whole = addresses;
  append(whole, bytes_of({0, 1, 0x86, 0xa0, 0, 0, 0, 6}));
  EXPECT_EQ(ipv6_pseudo_header(std::span<const std::byte, 32>(addresses), 6, 100000).checksum(),
            naive_checksum(whole));
}

}  // namespace
}  // namespace banco::vde
