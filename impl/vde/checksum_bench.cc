// Bytes per second of InternetSum, for a small frame, an Ethernet segment and a super-frame.
#include <benchmark/benchmark.h>

#include <vector>

#include "impl/vde/checksum.hh"

namespace banco::vde {
namespace {

void checksum(benchmark::State& state) {
  const auto size_bytes = static_cast<std::size_t>(state.range(0));
  // Data of a frame begin 14 bytes behind an aligned place, or 2 before the next.
  const std::vector<std::byte> bytes(size_bytes + 14, std::byte{0x5a});
  for (auto _ : state) benchmark::DoNotOptimize(internet_checksum(std::span(bytes).subspan(14)));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(checksum)->Arg(20)->Arg(64)->Arg(1448)->Arg(9000)->Arg(65000);

}  // namespace
}  // namespace banco::vde
