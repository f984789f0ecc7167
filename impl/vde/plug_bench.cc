// plug_bench: what a VDE network carries from one plug to another, through libvdeplug as every client uses
// it. Runs the same measurement over several networks in turns, since the machine is never twice the same,
// and prints each against the first.
//
//   plug_bench [--bytes N] [--seconds S] [--rounds N] [--pairs N] [--mode paced|poll|flood|rtt|spin] NETWORK…
//
// A network is a VNL that both open, or VNL>VNL, where the sender opens the first and the receiver the second
// and something joins the two.
//
// Two processes for each pair, a sender and a receiver. paced: at most 64 frames in flight, the receiver only
// calls vde_recv. poll: the same, but one poll and one vde_recv for each frame, as QEMU does. flood: the
// sender never waits. rtt: one frame there and back, both sides polling; spin: the same without poll.
//
// In brackets, each measurement, and behind the @ the nanoseconds that a cache line took there and back
// before it.
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "impl/vde/plug_api.hh"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kInFlightMax = 64;  // then the sender waits until half of them are there
constexpr std::size_t kBufferBytes = 65536;
constexpr unsigned kPairsMax = 64;

struct Options {
  std::size_t frame_bytes = 60;
  double seconds = 1;
  int rounds = 3;
  unsigned pairs = 1;
  std::string mode = "paced";
  std::vector<std::string> networks;
};

struct Outcome {
  double frames_per_second = 0;
  double round_trip_us = 0;
  double cache_line_ns = 0;
};

// Between the two processes of a pair and the one that waits for them.
struct Pair {
  std::atomic<bool> receiver_ready{false};
  std::atomic<bool> sender_ready{false};
  std::atomic<bool> start{false};
  Outcome outcome;  // the sender's, when it has ended
  alignas(64) std::atomic<std::uint64_t> received{0};
  alignas(64) std::atomic<std::uint64_t> wanted{0};  // the sender sleeps until that many are received
  int wake_up = -1;                                  // eventfd
  alignas(64) std::atomic<unsigned> ping{0};
  alignas(64) std::atomic<unsigned> pong{0};
  alignas(64) std::atomic<bool> done{false};
};

enum class Side { kSender, kReceiver };

VDECONN* open_or_exit(const std::string& network, Side side) {
  const std::size_t sign = network.find('>');
  std::string url = side == Side::kSender ? network.substr(0, sign) : network.substr(sign + 1);
  VDECONN* const connection = vde_open(url.data(), const_cast<char*>("plug_bench"), nullptr);
  if (connection == nullptr) {
    std::perror(network.c_str());
    std::_Exit(1);
  }
  return connection;
}

using Address = std::array<unsigned char, 6>;

Address sender_address(unsigned pair) {
  return {0x02, 0, 0, 0, 1, static_cast<unsigned char>(pair)};
}
Address receiver_address(unsigned pair) {
  return {0x02, 0, 0, 0, 2, static_cast<unsigned char>(pair)};
}

std::vector<unsigned char> make_frame(std::size_t bytes, const Address& to, const Address& from) {
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

// With a processor for each process, looking again is quickest; else whoever has nothing to do must sleep.
bool must_sleep(const Options& options) {
  return options.pairs > 1;
}

// Until `wanted` frames were received, at most 20 ms; how many there are then.
std::uint64_t wait_for_receiver(const Options& options, Pair& pair, std::uint64_t wanted) {
  const auto stuck = Clock::now() + std::chrono::milliseconds(20);
  if (must_sleep(options)) {
    pair.wanted.store(wanted);
    pollfd entry{pair.wake_up, POLLIN, 0};
    std::uint64_t count = 0;
    if (pair.received.load() < wanted && ::poll(&entry, 1, 20) > 0)
      (void)!::read(pair.wake_up, &count, sizeof(count));
    pair.wanted.store(0);
  }
  std::uint64_t received = 0;
  while ((received = pair.received.load(std::memory_order_acquire)) < wanted && Clock::now() < stuck) {
  }
  return received;
}

void count_received(const Options& options, Pair& pair, std::uint64_t count) {
  if (!must_sleep(options)) {
    pair.received.store(count, std::memory_order_release);
    return;
  }
  pair.received.store(count);
  const std::uint64_t wanted = pair.wanted.load();
  if (wanted == 0 || count < wanted) return;
  pair.wanted.store(0);
  const std::uint64_t one = 1;
  (void)!::write(pair.wake_up, &one, sizeof(one));
}

// How far apart the two processors are: a cache line there and one back, without a network. A hypervisor that
// moves its guest's processors makes this, and with it every figure, another one in the middle of a run.
constexpr unsigned kCacheLineTrips = 1000;

void answer_pings(Pair& pair) {
  for (unsigned trip = 1; trip <= kCacheLineTrips; ++trip) {
    while (pair.ping.load(std::memory_order_acquire) < trip) {
    }
    pair.pong.store(trip, std::memory_order_release);
  }
}

double cache_line_ns(Pair& pair) {
  const auto start = Clock::now();
  for (unsigned trip = 1; trip <= kCacheLineTrips; ++trip) {
    pair.ping.store(trip, std::memory_order_release);
    while (pair.pong.load(std::memory_order_acquire) < trip) {
    }
  }
  return std::chrono::duration<double, std::nano>(Clock::now() - start).count() / kCacheLineTrips;
}

void receive(const Options& options, VDECONN* connection, Pair& pair, std::span<const unsigned char> hello) {
  std::vector<unsigned char> buffer(kBufferBytes);
  const bool polls = options.mode == "poll" || options.mode == "rtt";
  const bool answers = options.mode == "rtt" || options.mode == "spin";
  vde_send(connection, hello.data(), hello.size(), 0);  // the switch learns where we are
  pair.receiver_ready.store(true);
  if (options.pairs == 1) answer_pings(pair);
  std::uint64_t count = 0;
  while (!pair.done.load(std::memory_order_relaxed)) {
    if (polls && !wait_readable(connection, 10)) continue;
    const ssize_t got = vde_recv(connection, buffer.data(), buffer.size(), 0);
    if (got < 14) {
      if (must_sleep(options)) wait_readable(connection, 10);
      continue;
    }
    if (answers) vde_send(connection, hello.data(), hello.size(), 0);
    count_received(options, pair, ++count);
  }
}

Outcome send_all(const Options& options, VDECONN* connection, Pair& pair,
                 std::span<const unsigned char> frame) {
  const auto start = Clock::now();
  const auto end =
      start + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(options.seconds));
  const std::uint64_t before = pair.received.load();
  std::uint64_t sent = before;
  std::uint64_t lost_base = 0;
  std::uint64_t seen = before;  // of what the receiver has, read again only when too much is in flight
  const bool paced = options.mode != "flood";
  while (true) {
    if ((sent & 63) == 0 && Clock::now() >= end) break;
    if (paced && sent - lost_base - seen >= kInFlightMax) {
      const std::uint64_t enough = sent - lost_base - kInFlightMax / 2;
      seen = wait_for_receiver(options, pair, enough);
      if (seen < enough) lost_base = sent - seen;  // frames were lost
      if (Clock::now() >= end) break;
      continue;
    }
    vde_send(connection, frame.data(), frame.size(), 0);
    ++sent;
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return {static_cast<double>(pair.received.load() - before) / seconds, 0};
}

Outcome round_trips(const Options& options, VDECONN* connection, std::span<const unsigned char> frame) {
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

// The body of a process; without return.
[[noreturn]] void run_receiver(const Options& options, const std::string& network, unsigned number,
                               Pair& pair) {
  VDECONN* const connection = open_or_exit(network, Side::kReceiver);
  receive(options, connection, pair,
          make_frame(options.frame_bytes, sender_address(number), receiver_address(number)));
  vde_close(connection);
  std::_Exit(0);
}

[[noreturn]] void run_sender(const Options& options, const std::string& network, unsigned number,
                             Pair& pair) {
  VDECONN* const connection = open_or_exit(network, Side::kSender);
  pair.sender_ready.store(true);
  while (!pair.start.load()) ::usleep(1000);
  const auto frame = make_frame(options.frame_bytes, receiver_address(number), sender_address(number));
  const bool times = options.mode == "rtt" || options.mode == "spin";
  const double line_ns = options.pairs == 1 ? cache_line_ns(pair) : 0;
  pair.outcome = times ? round_trips(options, connection, frame) : send_all(options, connection, pair, frame);
  pair.outcome.cache_line_ns = line_ns;
  pair.done.store(true);
  vde_send(connection, frame.data(), frame.size(), 0);  // a receiver that sleeps looks again
  vde_close(connection);
  std::_Exit(0);
}

std::vector<Outcome> measure(const Options& options, const std::string& network, unsigned pairs) {
  void* const memory =
      ::mmap(nullptr, sizeof(Pair) * pairs, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    std::perror("mmap");
    std::exit(1);
  }
  const std::span<Pair> shared(static_cast<Pair*>(memory), pairs);
  std::vector<pid_t> children;
  for (unsigned number = 0; number < pairs; ++number) {
    Pair& pair = *new (&shared[number]) Pair;
    pair.wake_up = ::eventfd(0, EFD_NONBLOCK);
    for (const auto body : {run_receiver, run_sender}) {
      const pid_t child = ::fork();
      if (child == 0) body(options, network, number, pair);
      children.push_back(child);
    }
  }
  const auto is_ready = [](const Pair& pair) {
    return pair.receiver_ready.load() && pair.sender_ready.load();
  };
  while (!std::all_of(shared.begin(), shared.end(), is_ready)) {
    if (::waitpid(-1, nullptr, WNOHANG) > 0) {  // it has said why
      for (const pid_t child : children) ::kill(child, SIGTERM);
      std::exit(1);
    }
    ::usleep(1000);
  }
  ::usleep(20'000);  // until the switch has learnt from what the receivers sent
  for (Pair& pair : shared) pair.start.store(true);
  for (const pid_t child : children) ::waitpid(child, nullptr, 0);
  std::vector<Outcome> outcomes;
  for (const Pair& pair : shared) {
    outcomes.push_back(pair.outcome);
    ::close(pair.wake_up);
  }
  ::munmap(memory, sizeof(Pair) * pairs);
  return outcomes;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// One network with one number of pairs, measured again and again.
struct Row {
  std::string network;
  unsigned pairs = 1;
  std::vector<double> figures;  // frames a second, all pairs together; or microseconds
  std::vector<double> cache_line_ns;
  std::vector<double> slowest_part;  // of the slowest pair, 1: as fast as the mean
};

void measure(const Options& options, Row& row) {
  const auto outcomes = measure(options, row.network, row.pairs);
  double total = 0;
  double slowest = outcomes[0].frames_per_second;
  for (const Outcome& outcome : outcomes) {
    total += outcome.frames_per_second;
    slowest = std::min(slowest, outcome.frames_per_second);
  }
  const bool times = options.mode == "rtt" || options.mode == "spin";
  row.figures.push_back(times ? outcomes[0].round_trip_us : total);
  row.cache_line_ns.push_back(outcomes[0].cache_line_ns);
  row.slowest_part.push_back(total > 0 ? slowest * row.pairs / total : 0);
}

void print(const Options& options, const Row& row, const Row& reference) {
  const bool times = options.mode == "rtt" || options.mode == "spin";
  const double value = median(row.figures);
  std::printf("%-40s %s %zu B", row.network.c_str(), options.mode.c_str(), options.frame_bytes);
  if (options.pairs > 1) std::printf(" %u pairs", row.pairs);
  if (times) {
    std::printf(": %8.2f us", value);
  } else {
    std::printf(": %9.3f Mpps %8.2f Gbit/s", value / 1e6,
                value * static_cast<double>(options.frame_bytes) * 8 / 1e9);
  }
  std::printf("  x %.2f  (", value / median(reference.figures));
  for (std::size_t i = 0; i < row.figures.size(); ++i) {
    std::printf(" %.2f", times ? row.figures[i] : row.figures[i] / 1e6);
    if (options.pairs == 1) std::printf("@%.0f", row.cache_line_ns[i]);
  }
  std::printf(" )");
  if (row.pairs > 1) std::printf(" slowest pair %.2f of the mean", median(row.slowest_part));
  std::printf("\n");
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Frames a VDE network carries from one plug to another, networks measured in turns");
  app.add_option("--bytes", options.frame_bytes, "length of a frame")->capture_default_str();
  app.add_option("--seconds", options.seconds, "of each measurement")->capture_default_str();
  app.add_option("--rounds", options.rounds, "measurements of each network")->capture_default_str();
  app.add_option("--pairs", options.pairs, "that many pairs at once, beside one; whoever waits sleeps")
      ->check(CLI::Range(1u, kPairsMax))
      ->capture_default_str();
  app.add_option("--mode", options.mode, "what is measured")
      ->check(CLI::IsMember({"paced", "poll", "flood", "rtt", "spin"}))
      ->capture_default_str();
  app.add_option("VNL", options.networks, "networks: vde:///run/a, shm:///run/b …")->required();
  CLI11_PARSE(app, argc, argv);
#ifndef NDEBUG
  std::fprintf(stderr, "plug_bench: built without optimisation, the figures mean nothing\n");
  return 1;
#endif
  std::vector<Row> rows;
  for (const std::string& network : options.networks) {
    rows.push_back({network, 1, {}, {}, {}});
    if (options.pairs > 1) rows.push_back({network, options.pairs, {}, {}, {}});
  }
  for (int round = 0; round < options.rounds; ++round)
    for (Row& row : rows) measure(options, row);
  for (const Row& row : rows) print(options, row, rows[0]);
}
