// Whatever is put together comes apart into the same frames, byte for byte and in order.
#include "impl/vde/coalescer.hh"

#include <gtest/gtest.h>

#include <random>

#include "impl/vde/offload.hh"
#include "impl/vde/test_frames.hh"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size_bytes);

namespace banco::vde {
namespace {

// What a coalescer wrote, and what becomes of it.
struct Written {
  std::vector<virtio_net_hdr_v1> headers;
  std::vector<Bytes> frames;  // taken apart again

  void operator()(const virtio_net_hdr_v1& header, std::span<const std::byte> bytes) {
    headers.push_back(header);
    const auto count = segment(header, bytes, [&](auto head, auto payload) {
      Bytes& frame = frames.emplace_back(head.begin(), head.end());
      frame.insert(frame.end(), payload.begin(), payload.end());
    });
    EXPECT_TRUE(count) << "no kernel would take this";
  }
};

Written coalesced(const std::vector<Bytes>& frames) {
  Written written;
  Coalescer coalescer;
  const auto write = [&](const auto& header, auto bytes) { written(header, bytes); };
  for (const Bytes& frame : frames) coalescer.add(frame, write);
  coalescer.flush(write);
  return written;
}

// Segments of a stream as a Segmenter, or a sender's network card, makes them.
std::vector<Bytes> stream(const FrameShape& shape, std::mt19937& random) {
  FrameShape whole = shape;
  whole.gso_type = shape.is_ipv6 ? VIRTIO_NET_HDR_GSO_TCPV6 : VIRTIO_NET_HDR_GSO_TCPV4;
  const TestFrame frame = build(whole, random);
  Written parts;
  parts(frame.header, frame.frame);
  return parts.frames;
}

FrameShape tcp_shape(std::size_t payload_bytes) {
  return {.payload_bytes = payload_bytes, .gso_size = 1448};
}

TEST(Coalescer, MakesOneFrameOfAStream) {
  std::mt19937 random(1);
  for (const bool is_ipv6 : {false, true}) {
    for (const bool is_tagged : {false, true}) {
      for (const int flags : {0x10, 0x18}) {
        FrameShape shape = tcp_shape(20'000);
        shape.is_ipv6 = is_ipv6;
        shape.is_tagged = is_tagged;
        shape.tcp_flags = flags;
        shape.tcp_option_bytes = 12;
        const auto frames = stream(shape, random);
        ASSERT_EQ(frames.size(), 14u);
        const Written written = coalesced(frames);
        EXPECT_EQ(written.headers.size(), 1u);
        EXPECT_EQ(written.frames, frames);
      }
    }
  }
}

TEST(Coalescer, BeginsAnewAt64KiB) {
  std::mt19937 random(2);
  FrameShape shape = tcp_shape(60'000);
  std::vector<Bytes> frames = stream(shape, random);
  std::mt19937 again(2);  // the same random headers
  shape.sequence += 42 * 1448;
  shape.identification = static_cast<std::uint16_t>(shape.identification + 42);
  frames.pop_back();  // shorter than the others
  ASSERT_EQ(60'000 / 1448, 41);
  shape.sequence = 1000 + 41 * 1448;
  shape.identification = 77 + 41;
  for (const Bytes& frame : stream(shape, again)) frames.push_back(frame);
  const Written written = coalesced(frames);
  EXPECT_EQ(written.frames, frames);
  EXPECT_EQ(written.headers.size(), 2u);
}

// Each of these changes one thing in the third of five segments.
TEST(Coalescer, LeavesAloneWhatDoesNotFollow) {
  std::mt19937 random(3);
  const auto frames = stream(tcp_shape(5 * 1448), random);
  const std::size_t network = 14;
  const std::size_t transport = 34;
  const auto with_change = [&](std::size_t at, bool fix_checksums) {
    std::vector<Bytes> changed = frames;
    Bytes& frame = changed[2];
    frame[at] ^= std::byte{1};
    if (fix_checksums) {
      put(frame, network + 10, 2, 0);
      put(frame, network + 10, 2, naive_checksum(Bytes(frame.begin() + 14, frame.begin() + 34)));
      put(frame, transport + 16, 2, 0);
      Bytes summed = pseudo_header_of(frame, network, false, 6, frame.size() - transport);
      append(summed, std::span(frame).subspan(transport));
      put(frame, transport + 16, 2, naive_checksum(summed));
    }
    return changed;
  };
  struct Change {
    const char* what;
    std::size_t at;
  };
  for (const auto& [what, at] : {Change{"destination", 5},
                                 {"TOS", 15},
                                 {"identification", 19},
                                 {"time to live", 22},
                                 {"source", 29},
                                 {"port", 35},
                                 {"sequence", 41},
                                 {"acknowledgment", 45},
                                 {"window", 49},
                                 {"urgent pointer", 53}}) {
    const auto changed = with_change(at, true);
    const Written written = coalesced(changed);
    EXPECT_EQ(written.frames, changed) << what;
    EXPECT_GE(written.headers.size(), 3u) << what;
  }
  for (const auto& [what, at] : {Change{"checksum of IPv4", 24}, {"checksum of TCP", 51}, {"payload", 600}}) {
    const auto changed = with_change(at, false);
    Written written = coalesced(changed);
    EXPECT_EQ(written.frames, changed) << what << ": what is broken stays so";
    EXPECT_EQ(written.headers.size(), 3u) << what;
  }
}

TEST(Coalescer, HandsEverythingOnInItsOrder) {
  std::mt19937 random(4);
  for (int round = 0; round < 300; ++round) {
    std::vector<Bytes> frames;
    for (int part = 0; part < 6; ++part) {
      FrameShape shape = tcp_shape(random() % 9000);
      shape.is_ipv6 = random() % 2 == 0;
      shape.is_tcp = random() % 4 != 0;
      shape.is_tagged = random() % 4 == 0;
      shape.tcp_flags = random() % 3 == 0 ? static_cast<int>(random() % 256) : 0x10;
      shape.gso_size = static_cast<std::uint16_t>(100 + random() % 3000);
      shape.needs_checksum = false;
      if (shape.is_tcp && shape.payload_bytes > shape.gso_size && (shape.tcp_flags & 0x20) == 0) {
        shape.needs_checksum = true;
        for (const Bytes& frame : stream(shape, random)) frames.push_back(frame);
      } else {
        frames.push_back(build(shape, random).frame);
      }
      Bytes& changed = frames[random() % frames.size()];
      if (random() % 3 == 0) changed[random() % changed.size()] ^= std::byte{4};
      if (random() % 8 == 0) changed.resize(14 + random() % (changed.size() - 13));
    }
    const Written written = coalesced(frames);
    ASSERT_EQ(written.frames, frames) << round;
    Bytes script;  // aborts when something is lost
    for (const Bytes& frame : frames) {
      append(script, bytes_of({static_cast<int>(frame.size() >> 8), static_cast<int>(frame.size() & 0xff)}));
      append(script, frame);
    }
    EXPECT_EQ(LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(script.data()), script.size()), 0);
  }
}

}  // namespace
}  // namespace banco::vde
