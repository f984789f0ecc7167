// Frames of any bytes, put together and taken apart again: the same frames, in their order.
#include <algorithm>
#include <cstdlib>
#include <vector>

#include "impl/vde/coalescer.hh"
#include "impl/vde/offload.hh"

// The input is a list of frames, each behind two bytes that say how long it is.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size_bytes) {
  using banco::vde::Coalescer;
  std::span<const std::byte> rest(reinterpret_cast<const std::byte*>(data), size_bytes);
  std::vector<std::byte> given;
  std::vector<std::byte> got;
  Coalescer coalescer;
  const auto take = [&](const virtio_net_hdr_v1& header, std::span<const std::byte> bytes) {
    if (header.gso_type == VIRTIO_NET_HDR_GSO_NONE) {
      got.insert(got.end(), bytes.begin(), bytes.end());
      return;
    }
    const auto count = banco::vde::segment(header, bytes, [&](auto headers, auto payload) {
      got.insert(got.end(), headers.begin(), headers.end());
      got.insert(got.end(), payload.begin(), payload.end());
    });
    if (!count) std::abort();
  };
  while (rest.size() >= 2) {
    const std::size_t wanted = banco::vde::load16(rest, 0) % 2048;
    const auto frame = rest.subspan(2).first(std::min(wanted, rest.size() - 2));
    given.insert(given.end(), frame.begin(), frame.end());
    coalescer.add(frame, take);
    rest = rest.subspan(2 + frame.size());
  }
  coalescer.flush(take);
  if (given != got) std::abort();
  return 0;
}
