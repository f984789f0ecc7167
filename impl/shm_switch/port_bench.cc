// What a frame costs each side when nothing has to travel between processors: two ports in one thread, a
// batch in, a batch out. plug_bench measures the rest.
#include <benchmark/benchmark.h>

#include "impl/shm_switch/test_switch.hh"

namespace banco::shm_switch {
namespace {

constexpr int kBatch = 32;

struct TwoPorts {
  TestSwitch test;
  std::unique_ptr<Port> a = test.join();
  std::unique_ptr<Port> b = test.join();
  TwoPorts() { introduce({a.get(), b.get()}); }
};

void receive_batch(Port& port, Frame& buffer) {
  for (int i = 0; i < kBatch; ++i) benchmark::DoNotOptimize(port.recv(buffer));
}

void send_and_receive(benchmark::State& state) {
  TwoPorts ports;
  const Frame one = frame(address_of(2), address_of(1), static_cast<std::size_t>(state.range(0)));
  Frame buffer(9234);
  for (auto _ : state) {
    for (int i = 0; i < kBatch; ++i) ports.a->send(one);
    receive_batch(*ports.b, buffer);
  }
  state.SetItemsProcessed(state.iterations() * kBatch);
  state.SetBytesProcessed(state.iterations() * kBatch * state.range(0));
}
BENCHMARK(send_and_receive)->Arg(60)->Arg(1514)->Arg(9014);

void send_to_full_ring(benchmark::State& state) {
  TwoPorts ports;
  const Frame one = frame(address_of(2), address_of(1));
  for (int i = 0; i < 100'000; ++i) ports.a->send(one);
  for (auto _ : state) ports.a->send(one);
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(send_to_full_ring);

void receive_nothing(benchmark::State& state) {
  TwoPorts ports;
  Frame buffer(9234);
  for (auto _ : state) benchmark::DoNotOptimize(ports.b->recv(buffer));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(receive_nothing);

void put_and_take_in_ring(benchmark::State& state) {
  std::vector<std::byte> data(SHM_RING_BYTES);
  shm_ring ring{};
  RingSender sender(ring, data.data());
  RingReceiver receiver(ring, data.data());
  WindowBudget budget;
  const auto bytes = static_cast<std::size_t>(state.range(0));
  const Frame one(bytes);
  Frame buffer(bytes);
  std::uint64_t malformed = 0;
  Record record;
  for (auto _ : state) {
    for (int i = 0; i < kBatch; ++i) {
      std::memcpy(sender.reserve(bytes, SHM_RECORD_FRAME, budget), one.data(), bytes);
      sender.commit();
    }
    for (int i = 0; i < kBatch; ++i) {
      receiver.front(record, malformed);
      std::memcpy(buffer.data(), record.content, record.frame_bytes);
      receiver.advance();
    }
  }
  state.SetItemsProcessed(state.iterations() * kBatch);
}
BENCHMARK(put_and_take_in_ring)->Arg(60)->Arg(1514);

}  // namespace
}  // namespace banco::shm_switch

BENCHMARK_MAIN();
