// Bytes of super-frames per second that segment() takes apart, with and without the copy a caller makes of
// it.
#include <benchmark/benchmark.h>

#include <cstring>
#include <vector>

#include "impl/vde/offload.hh"
#include "impl/vde/test_frames.hh"

namespace banco::vde {
namespace {

TestFrame super_frame(bool is_ipv6) {
  std::mt19937 random(1);
  const int gso_type = is_ipv6 ? VIRTIO_NET_HDR_GSO_TCPV6 : VIRTIO_NET_HDR_GSO_TCPV4;
  return build({.is_ipv6 = is_ipv6,
                .tcp_option_bytes = 12,
                .payload_bytes = 65160,  // 45 segments
                .gso_type = static_cast<std::uint8_t>(gso_type),
                .gso_size = 1448},
               random);
}

void segment_tcp(benchmark::State& state) {
  const TestFrame input = super_frame(state.range(0) == 6);
  for (auto _ : state)
    segment(input.header, input.frame, [](auto headers, auto payload) {
      benchmark::DoNotOptimize(headers.data());
      benchmark::DoNotOptimize(payload.data());
      benchmark::ClobberMemory();
    });
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(input.frame.size()));
}
BENCHMARK(segment_tcp)->ArgName("ipv")->Arg(4)->Arg(6);

void segment_tcp_and_copy(benchmark::State& state) {
  const TestFrame input = super_frame(state.range(0) == 6);
  std::vector<std::byte> plain(45 * 2048);
  for (auto _ : state) {
    std::size_t slot = 0;
    segment(input.header, input.frame, [&](auto headers, auto payload) {
      std::memcpy(&plain[slot], headers.data(), headers.size());
      std::memcpy(&plain[slot + headers.size()], payload.data(), payload.size());
      slot += 2048;
    });
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(input.frame.size()));
}
BENCHMARK(segment_tcp_and_copy)->ArgName("ipv")->Arg(4)->Arg(6);

void complete_checksum(benchmark::State& state) {
  std::mt19937 random(1);
  const TestFrame input = build({.payload_bytes = static_cast<std::size_t>(state.range(0))}, random);
  for (auto _ : state)
    segment(input.header, input.frame, [](auto headers, auto) {
      benchmark::DoNotOptimize(headers.data());
      benchmark::ClobberMemory();
    });
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(input.frame.size()));
}
BENCHMARK(complete_checksum)->Arg(6)->Arg(1448)->Arg(9000);

}  // namespace
}  // namespace banco::vde
