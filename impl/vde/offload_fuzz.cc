// A libFuzzer target: twelve bytes of virtio_net_hdr_v1, then a frame. Aborts when segment() breaks a
// promise. offload_fuzz_test.cc runs it on mutated frames in every build; the fuzzer itself needs clang:
//   clang++ -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined -I. impl/vde/offload_fuzz.cc
//           impl/vde/{checksum,frame_headers,offload,offload_plan}.cc
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "impl/vde/offload.hh"

namespace banco::vde {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void run(const virtio_net_hdr_v1& header, std::span<const std::byte> frame) {
  std::uint32_t call_count = 0;
  std::size_t data_bytes = 0;
  std::uint64_t touched = 0;
  const SegmentCount count = segment(header, frame, [&](auto headers, auto payload) {
    ++call_count;
    for (const std::byte byte : headers) touched += std::to_integer<unsigned>(byte);
    for (const std::byte byte : payload) touched += std::to_integer<unsigned>(byte);
    if (!payload.empty()) {
      require(payload.data() >= frame.data());
      require(payload.data() + payload.size() <= frame.data() + frame.size());
    }
    const std::size_t plain_bytes = headers.size() + payload.size();
    require(plain_bytes >= kMinFrameBytes && plain_bytes <= frame.size() + 8);
    // The switch looked at the addresses and the tag of the input; what goes out must have the same.
    const auto byte_at = [&](std::size_t at) {
      return at < headers.size() ? headers[at] : payload[at - headers.size()];
    };
    for (std::size_t at = 0; at < kMinFrameBytes; ++at) require(byte_at(at) == frame[at]);
    if (vlan_tag_of(frame)) require(byte_at(14) == frame[14] && byte_at(15) == frame[15]);
    data_bytes += payload.size();
  });
  require(count.has_value() == valid_offload(header, frame));
  require(call_count == count.value_or(0));
  require(call_count <= kMaxSegments && data_bytes <= frame.size());
  volatile std::uint64_t sink = touched;
  static_cast<void>(sink);
}

}  // namespace
}  // namespace banco::vde

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  virtio_net_hdr_v1 header{};
  if (size < sizeof header) return -1;
  std::memcpy(&header, data, sizeof header);
  // A block of the frame's own, so that AddressSanitizer sees one byte too far.
  const std::size_t frame_bytes = size - sizeof header;
  const auto frame = std::make_unique<std::byte[]>(frame_bytes);
  if (frame_bytes != 0) std::memcpy(frame.get(), data + sizeof header, frame_bytes);
  banco::vde::run(header, {frame.get(), frame_bytes});
  return 0;
}
