// plug_bench: what a VDE network carries from one plug to another, through libvdeplug as every client uses
// it. Runs the same measurement over several networks in turns, since the machine is never twice the same,
// and prints each against the first.
//
//   plug_bench [--bytes N] [--seconds S] [--rounds N] [--mode paced|poll|flood|rtt] VNL…
//
// Two processes, sender and receiver. paced: at most 64 frames in flight, the receiver only calls vde_recv.
// poll: the same, but one poll and one vde_recv for each frame, as QEMU does. flood: the sender never waits.
// rtt: one frame there and back, both sides polling; spin: the same without poll.
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "impl/vde/plug_api.hh"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kInFlightMax = 64;
constexpr std::size_t kBufferBytes = 65536;
constexpr std::array<unsigned char, 6> kSenderAddress{0x02, 0, 0, 0, 0, 1};
constexpr std::array<unsigned char, 6> kReceiverAddress{0x02, 0, 0, 0, 0, 2};

struct Options {
  std::size_t frame_bytes = 60;
  double seconds = 1;
  int rounds = 3;
  std::string mode = "paced";
  std::vector<std::string> networks;
};

// Between the two processes.
struct Shared {
  std::atomic<int> ready{0};
  alignas(64) std::atomic<std::uint64_t> received{0};
  alignas(64) std::atomic<bool> done{false};
};

struct Outcome {
  double frames_per_second = 0;
  double round_trip_us = 0;
};

VDECONN* open_or_exit(const std::string& network) {
  std::string url = network;
  VDECONN* const connection = vde_open(url.data(), const_cast<char*>("plug_bench"), nullptr);
  if (connection == nullptr) {
    std::perror(network.c_str());
    std::_Exit(1);
  }
  return connection;
}

std::vector<unsigned char> make_frame(std::size_t bytes, const std::array<unsigned char, 6>& to,
                                      const std::array<unsigned char, 6>& from) {
  std::vector<unsigned char> frame(bytes, 0x5a);
  std::copy(to.begin(), to.end(), frame.begin());
  std::copy(from.begin(), from.end(), frame.begin() + 6);
  frame[12] = 0x88;
  frame[13] = 0xb5;
  return frame;
}

bool wait_readable(VDECONN* connection, int timeout_ms) {
  pollfd entry{vde_datafd(connection), POLLIN, 0};
  return ::poll(&entry, 1, timeout_ms) > 0;
}

void receive(const Options& options, VDECONN* connection, Shared& shared) {
  std::vector<unsigned char> buffer(kBufferBytes);
  const auto hello = make_frame(options.frame_bytes, kSenderAddress, kReceiverAddress);
  const bool polls = options.mode == "poll" || options.mode == "rtt";
  const bool answers = options.mode == "rtt" || options.mode == "spin";
  vde_send(connection, hello.data(), hello.size(), 0);
  shared.ready.fetch_add(1);
  std::uint64_t count = 0;
  while (!shared.done.load(std::memory_order_relaxed)) {
    if (polls && !wait_readable(connection, 10)) continue;
    const ssize_t got = vde_recv(connection, buffer.data(), buffer.size(), 0);
    if (got < 14) continue;
    if (answers) vde_send(connection, hello.data(), hello.size(), 0);
    shared.received.store(++count, std::memory_order_relaxed);
  }
}

Outcome send_all(const Options& options, VDECONN* connection, Shared& shared) {
  const auto frame = make_frame(options.frame_bytes, kReceiverAddress, kSenderAddress);
  const auto start = Clock::now();
  const auto end =
      start + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(options.seconds));
  const std::uint64_t before = shared.received.load();
  std::uint64_t sent = before;
  std::uint64_t lost_base = 0;
  while (true) {
    if ((sent & 63) == 0 && Clock::now() >= end) break;
    if (options.mode != "flood" &&
        sent - lost_base - shared.received.load(std::memory_order_acquire) >= kInFlightMax) {
      const auto stuck = Clock::now() + std::chrono::milliseconds(20);
      const std::uint64_t seen = shared.received.load();
      while (shared.received.load(std::memory_order_acquire) == seen && Clock::now() < stuck) {
      }
      if (shared.received.load() == seen) {
        lost_base = sent - seen;  // frames were lost
        if (Clock::now() >= end) break;
      }
      continue;
    }
    vde_send(connection, frame.data(), frame.size(), 0);
    ++sent;
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return {static_cast<double>(shared.received.load() - before) / seconds, 0};
}

Outcome round_trips(const Options& options, VDECONN* connection, Shared&) {
  const auto frame = make_frame(options.frame_bytes, kReceiverAddress, kSenderAddress);
  std::vector<unsigned char> buffer(kBufferBytes);
  while (wait_readable(connection, 0)) vde_recv(connection, buffer.data(), buffer.size(), 0);
  std::vector<double> samples;
  const auto end = Clock::now() + std::chrono::duration<double>(options.seconds);
  while (Clock::now() < end) {
    const auto start = Clock::now();
    vde_send(connection, frame.data(), frame.size(), 0);
    ssize_t got = 0;
    while (got < 14 && Clock::now() < start + std::chrono::milliseconds(50)) {
      if (options.mode == "rtt" && !wait_readable(connection, 50)) break;
      got = vde_recv(connection, buffer.data(), buffer.size(), 0);
    }
    if (got >= 14) samples.push_back(std::chrono::duration<double, std::micro>(Clock::now() - start).count());
  }
  if (samples.empty()) return {};
  std::nth_element(samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(samples.size() / 2),
                   samples.end());
  return {static_cast<double>(samples.size()) / options.seconds, samples[samples.size() / 2]};
}

Outcome measure(const Options& options, const std::string& network) {
  void* const memory =
      ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  auto& shared = *new (memory) Shared;
  const pid_t child = ::fork();
  if (child == 0) {
    VDECONN* const connection = open_or_exit(network);
    receive(options, connection, shared);
    vde_close(connection);
    std::_Exit(0);
  }
  VDECONN* const connection = open_or_exit(network);
  while (shared.ready.load() == 0 && ::waitpid(child, nullptr, WNOHANG) == 0) ::usleep(1000);
  // The receiver is known to the switch; now it must know us.
  ::usleep(20'000);
  const Outcome outcome = options.mode == "rtt" || options.mode == "spin"
                              ? round_trips(options, connection, shared)
                              : send_all(options, connection, shared);
  shared.done.store(true);
  const auto frame = make_frame(60, kReceiverAddress, kSenderAddress);
  vde_send(connection, frame.data(), frame.size(), 0);
  ::waitpid(child, nullptr, 0);
  vde_close(connection);
  ::munmap(memory, sizeof(Shared));
  return outcome;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Frames a VDE network carries from one plug to another, networks measured in turns");
  app.add_option("--bytes", options.frame_bytes, "length of a frame")->capture_default_str();
  app.add_option("--seconds", options.seconds, "of each measurement")->capture_default_str();
  app.add_option("--rounds", options.rounds, "measurements of each network")->capture_default_str();
  app.add_option("--mode", options.mode, "what is measured")
      ->check(CLI::IsMember({"paced", "poll", "flood", "rtt", "spin"}))
      ->capture_default_str();
  app.add_option("VNL", options.networks, "networks: vde:///run/a, shm:///run/b …")->required();
  CLI11_PARSE(app, argc, argv);
#ifndef NDEBUG
  std::fprintf(stderr, "plug_bench: built without optimisation, the figures mean nothing\n");
  return 1;
#endif
  std::vector<std::vector<double>> figures(options.networks.size());
  const bool times = options.mode == "rtt" || options.mode == "spin";
  for (int round = 0; round < options.rounds; ++round)
    for (std::size_t i = 0; i < options.networks.size(); ++i) {
      const Outcome outcome = measure(options, options.networks[i]);
      figures[i].push_back(times ? outcome.round_trip_us : outcome.frames_per_second);
    }
  for (std::size_t i = 0; i < options.networks.size(); ++i) {
    const double value = median(figures[i]);
    std::printf("%-40s %s %zu B: ", options.networks[i].c_str(), options.mode.c_str(), options.frame_bytes);
    if (times) {
      std::printf("%8.2f us", value);
    } else {
      std::printf("%9.3f Mpps %8.2f Gbit/s", value / 1e6,
                  value * static_cast<double>(options.frame_bytes) * 8 / 1e9);
    }
    std::printf("  x %.2f  (", value / median(figures[0]));
    for (const double one : figures[i]) std::printf(times ? " %.2f" : " %.3g", one);
    std::printf(" )\n");
  }
}
