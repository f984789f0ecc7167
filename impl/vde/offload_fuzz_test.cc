// Hostile input: what must be refused, and the body of offload_fuzz.cc on mutated and cut frames.
#include <gtest/gtest.h>

#include <cstring>
#include <functional>

#include "impl/vde/offload.hh"
#include "impl/vde/test_frames.hh"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace banco::vde {
namespace {

// One frame of each sort that is accepted, headers of all kinds in them.
std::vector<TestFrame> corpus() {
  std::mt19937 random(40);
  std::vector<TestFrame> frames;
  for (const std::uint8_t gso_type :
       {std::uint8_t{VIRTIO_NET_HDR_GSO_NONE}, std::uint8_t{VIRTIO_NET_HDR_GSO_TCPV4},
        std::uint8_t{VIRTIO_NET_HDR_GSO_TCPV6}, std::uint8_t{VIRTIO_NET_HDR_GSO_UDP}, kGsoUdpDatagrams}) {
    for (const bool is_ipv6 : {false, true}) {
      FrameShape shape{.is_ipv6 = is_ipv6, .payload_bytes = 333, .gso_type = gso_type, .gso_size = 100};
      if (gso_type == VIRTIO_NET_HDR_GSO_TCPV4 && is_ipv6) continue;
      if (gso_type == VIRTIO_NET_HDR_GSO_TCPV6 && !is_ipv6) continue;
      shape.is_tcp = gso_type == VIRTIO_NET_HDR_GSO_TCPV4 || gso_type == VIRTIO_NET_HDR_GSO_TCPV6;
      frames.push_back(build(shape, random));
      shape.is_tagged = true;
      shape.tcp_option_bytes = 12;
      if (is_ipv6) {
        shape.kinds = {0, 60, 43, 60};
        for (const std::size_t blocks : {1, 2, 1, 2}) append(shape.extensions, extension_of(blocks));
      } else {
        shape.ipv4_options = bytes_of({7, 7, 4, 1, 2, 3, 4, 0x94, 4, 0, 0, 0});
      }
      frames.push_back(build(shape, random));
    }
  }
  return frames;
}

void fuzz_one(const TestFrame& input) {
  Bytes data(sizeof input.header);
  std::memcpy(data.data(), &input.header, sizeof input.header);
  append(data, input.frame);
  EXPECT_EQ(LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(data.data()), data.size()), 0);
}

TEST(HostileInput, CutAtAnyLengthIsReadNoFurther) {
  for (const TestFrame& whole : corpus()) {
    for (std::size_t size = 0; size <= whole.frame.size(); ++size) {
      TestFrame cut = whole;
      cut.frame.resize(size);
      fuzz_one(cut);
      if (size < whole.network + 6) continue;
      put(cut.frame, whole.network + (cut.frame[whole.network] < std::byte{0x60} ? 2 : 4), 2, 0);
      fuzz_one(cut);  // lengths left to the device: the IP length does not show that something is missing
    }
  }
}

TEST(HostileInput, MutatedAtRandomKeepsEveryPromise) {
  std::mt19937 random(41);
  const std::vector<TestFrame> frames = corpus();
  for (int round = 0; round < 30000; ++round) {
    TestFrame input = frames[random() % frames.size()];
    Bytes header(sizeof input.header);
    std::memcpy(header.data(), &input.header, sizeof input.header);
    for (std::uint32_t count = random() % 4; count > 0; --count) {
      // Mostly the headers, where the decisions are.
      Bytes& mutated = random() % 3 == 0 ? header : input.frame;
      mutated[random() % std::min<std::size_t>(mutated.size(), 120)] =
          static_cast<std::byte>(random() & 0xff);
    }
    std::memcpy(&input.header, header.data(), sizeof input.header);
    if (random() % 4 == 0) input.frame.resize(random() % input.frame.size());
    fuzz_one(input);
  }
}

TEST(HostileInput, OfNoiseKeepsEveryPromise) {
  std::mt19937 random(42);
  for (int round = 0; round < 5000; ++round) {
    const Bytes noise = random_bytes(random() % 200, random);
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(noise.data()), noise.size());
  }
}

bool is_accepted(const TestFrame& input) {
  bool was_called = false;
  const bool accepted =
      segment(input.header, input.frame, [&](auto, auto) { was_called = true; }).has_value();
  EXPECT_EQ(accepted, valid_offload(input.header, input.frame));
  EXPECT_EQ(accepted, was_called);
  return accepted;
}

struct Refusal {
  const char* name;
  std::function<void(TestFrame&)> spoil;
};

void expect_refusals(const FrameShape& shape, const std::vector<Refusal>& refusals) {
  std::mt19937 random(43);
  const TestFrame good = build(shape, random);
  ASSERT_TRUE(is_accepted(good));
  for (const Refusal& refusal : refusals) {
    TestFrame bad = good;
    refusal.spoil(bad);
    EXPECT_FALSE(is_accepted(bad)) << refusal.name;
  }
}

TEST(Malformed, AreTcpSuperFramesThatContradictThemselves) {
  expect_refusals({.payload_bytes = 3000, .gso_type = VIRTIO_NET_HDR_GSO_TCPV4, .gso_size = 1000},
                  {{"no size", [](TestFrame& f) { f.header.gso_size = 0; }},
                   {"size 7", [](TestFrame& f) { f.header.gso_size = 7; }},
                   {"the other family", [](TestFrame& f) { f.header.gso_type = VIRTIO_NET_HDR_GSO_TCPV6; }},
                   {"UDP type", [](TestFrame& f) { f.header.gso_type = VIRTIO_NET_HDR_GSO_UDP; }},
                   {"unknown type", [](TestFrame& f) { f.header.gso_type = 2; }},
                   {"tunnel type", [](TestFrame& f) { f.header.gso_type |= 0x20; }},
                   {"ECN alone", [](TestFrame& f) { f.header.gso_type = VIRTIO_NET_HDR_GSO_ECN; }},
                   {"checksum start", [](TestFrame& f) { f.header.csum_start = 33; }},
                   {"checksum offset", [](TestFrame& f) { f.header.csum_offset = 6; }},
                   {"total length", [](TestFrame& f) { put(f.frame, 16, 2, 2999); }},
                   {"version", [](TestFrame& f) { put(f.frame, 14, 1, 0x65); }},
                   {"header length", [](TestFrame& f) { put(f.frame, 14, 1, 0x44); }},
                   {"a fragment", [](TestFrame& f) { put(f.frame, 20, 2, 0x2000); }},
                   {"a later fragment", [](TestFrame& f) { put(f.frame, 20, 2, 1); }},
                   {"protocol", [](TestFrame& f) { put(f.frame, 23, 1, 50); }},
                   {"data offset", [](TestFrame& f) { put(f.frame, 46, 1, 0x40); }},
                   {"two tags", [](TestFrame& f) { put(f.frame, 12, 2, 0x88a8); }}});
}

TEST(Malformed, AreIpv6HeadersThatCannotBeFollowed) {
  FrameShape shape{
      .is_ipv6 = true, .payload_bytes = 3000, .gso_type = VIRTIO_NET_HDR_GSO_TCPV6, .gso_size = 1000};
  shape.kinds = {0, 60};
  append(shape.extensions, extension_of(1));
  append(shape.extensions, extension_of(1));
  expect_refusals(shape,
                  {{"hop-by-hop twice", [](TestFrame& f) { put(f.frame, 54, 1, 0); }},
                   {"already a fragment", [](TestFrame& f) { put(f.frame, 54, 1, 44); }},
                   {"encrypted", [](TestFrame& f) { put(f.frame, 54, 1, 50); }},
                   {"no next header", [](TestFrame& f) { put(f.frame, 62, 1, 59); }},
                   {"beyond the headers", [](TestFrame& f) { put(f.frame, 63, 1, 255); }},
                   {"segments left", [](TestFrame& f) { put(f.frame, 54, 1, 43), put(f.frame, 65, 1, 1); }},
                   {"payload length", [](TestFrame& f) { put(f.frame, 18, 2, 1); }}});
  shape.kinds.clear();
  shape.extensions.clear();
  for (int count = 0; count < 9; ++count) {
    shape.kinds.push_back(60);
    append(shape.extensions, extension_of(1));
  }
  std::mt19937 random(44);
  EXPECT_FALSE(is_accepted(build(shape, random))) << "nine extension headers";
  shape.kinds.pop_back();
  shape.extensions.resize(64);
  EXPECT_TRUE(is_accepted(build(shape, random))) << "eight extension headers";
}

TEST(Malformed, AreUdpSuperFramesThatContradictThemselves) {
  const Refusal length{"UDP length", [](TestFrame& f) { put(f.frame, f.transport + 4, 2, 1000); }};
  const Refusal ecn{"ECN", [](TestFrame& f) { f.header.gso_type |= VIRTIO_NET_HDR_GSO_ECN; }};
  FrameShape shape{
      .is_tcp = false, .payload_bytes = 3000, .gso_type = VIRTIO_NET_HDR_GSO_UDP, .gso_size = 1000};
  expect_refusals(shape, {length, ecn, {"size 7", [](TestFrame& f) { f.header.gso_size = 7; }}});
  shape.is_ipv6 = true;
  shape.kinds = {60};
  shape.extensions = extension_of(4);
  expect_refusals(shape, {{"headers longer than a fragment", [](TestFrame& f) { f.header.gso_size = 39; }}});
  shape = {.is_tcp = false, .payload_bytes = 128, .gso_type = kGsoUdpDatagrams, .gso_size = 1};
  expect_refusals(shape, {ecn, {"no size", [](TestFrame& f) { f.header.gso_size = 0; }}});
  shape.payload_bytes = 129;
  std::mt19937 random(45);
  EXPECT_FALSE(is_accepted(build(shape, random))) << "129 datagrams";
}

TEST(Malformed, AreChecksumsOutsideOfThePayload) {
  FrameShape shape{.is_tagged = true, .payload_bytes = 100};
  expect_refusals(
      shape, {{"in the addresses", [](TestFrame& f) { f.header.csum_start = f.header.csum_offset = 0; }},
              {"in the tag", [](TestFrame& f) { f.header.csum_start = 14, f.header.csum_offset = 0; }},
              {"half outside", [](TestFrame& f) { f.header.csum_offset = 20 + 100 - 1; }},
              {"far outside", [](TestFrame& f) { f.header.csum_start = f.header.csum_offset = 0xffff; }}});
  std::mt19937 random(46);
  TestFrame input = build({.payload_bytes = 20000}, random);
  input.header.csum_offset = static_cast<std::uint16_t>(9234 - input.transport - 1);
  EXPECT_FALSE(is_accepted(input)) << "beyond a plain frame";
}

TEST(Malformed, AreFramesTooShortOrTooLong) {
  std::mt19937 random(47);
  EXPECT_FALSE(is_accepted({.frame = random_bytes(13, random)}));
  EXPECT_FALSE(is_accepted({.frame = random_bytes(kMaxOffloadFrameBytes + 1, random)}));
  FrameShape shape{.payload_bytes = 65535 - 40, .gso_type = VIRTIO_NET_HDR_GSO_TCPV4, .gso_size = 65535};
  TestFrame input = build(shape, random);
  EXPECT_TRUE(is_accepted(input));
  input.frame.resize(input.frame.size() + 1);
  put(input.frame, 16, 2, 0);
  EXPECT_FALSE(is_accepted(input)) << "a segment that no total length can say";
}

TEST(HeaderLength, OfTheGuestIsNotBelieved) {
  std::mt19937 random(48);
  TestFrame input =
      build({.payload_bytes = 3000, .gso_type = VIRTIO_NET_HDR_GSO_TCPV4, .gso_size = 1000}, random);
  for (const int length : {0, 13, 54, 100, 0xffff}) {
    input.header.hdr_len = static_cast<std::uint16_t>(length);
    EXPECT_EQ(segment(input.header, input.frame, [](auto headers, auto) { EXPECT_EQ(headers.size(), 54u); }),
              3u);
  }
}

}  // namespace
}  // namespace banco::vde
