// wire_probe: what became of numbered frames between two networks of libvdeplug: how late each came, how many
// were lost and in which bursts, doubled, or out of order. Sender and receiver are two threads with one
// clock.
//
//   wire_probe [--count N] [--interval-us US [--vary RATIO]] [--bytes N] [--ahead N] [--wait-ms MS]
//              LEFT RIGHT [LEFT RIGHT]
//
// Prints a JSON object for each pair. Delays are from before vde_send to after vde_recv, microseconds. Frames
// of two pairs take turns, so that what the machine does to them it does to both. Intervals that --vary,
// uniformly by a ratio, never keep step with a delay (RFC 2330, 11.1). An interval of 0, for one pair, sends
// as fast as frames come back, at most --ahead (64) ahead of what was received or is thought to be lost, and
// tells how many came a second in place of delays; one thread does both then, so that two processors are
// enough for it and for what is probed.
#include <poll.h>
#include <unistd.h>

#include "impl/vde/plug_api.hh"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <list>
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  std::uint64_t count = 100;
  unsigned interval_us = 20'000;
  double variation_ratio = 0;
  std::size_t frame_bytes = 100;
  std::uint64_t ahead_count = 64;     // with an interval of 0
  unsigned wait_ms = 1000;            // after the last frame was sent
  std::vector<std::string> networks;  // left, right
};

constexpr std::size_t kHeaderBytes = 14;
constexpr unsigned char kSender = 1;
constexpr unsigned char kReceiver = 2;

struct Probe {
  std::uint64_t number;
  std::int64_t sent_ns;
};

struct Close {
  void operator()(VDECONN* connection) const { vde_close(connection); }
};
using Connection = std::unique_ptr<VDECONN, Close>;

Connection open_or_exit(std::string url) {
  std::string name = "wire_probe";
  Connection connection(vde_open(url.data(), name.data(), nullptr));
  if (connection == nullptr) {
    std::perror(url.c_str());
    std::exit(1);
  }
  return connection;
}

std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch()).count();
}

// Addresses are this process's own, so that several can probe at once.
std::vector<unsigned char> make_frame(std::size_t bytes, unsigned char to, unsigned char from) {
  std::vector<unsigned char> frame(bytes);
  const auto pid = static_cast<std::uint32_t>(::getpid());
  for (const auto& [start, last] : {std::pair{0, to}, std::pair{6, from}}) {
    const auto address = frame.begin() + start;
    address[0] = 2;
    std::memcpy(&address[1], &pid, sizeof(pid));
    address[5] = last;
  }
  frame[12] = 0x88;
  frame[13] = 0xb5;
  return frame;
}

struct Received {
  std::vector<std::uint64_t> numbers;
  std::vector<double> delays_us;
};

class Receiver {
 public:
  // `never_waits`: vde_recv may be called when there is nothing. `times`: the clock is read for each frame.
  Receiver(VDECONN* connection, bool never_waits, bool times)
      : connection_(connection),
        never_waits_(never_waits),
        times_(times),
        expected_(make_frame(kHeaderBytes, kReceiver, kSender)) {}

  // Takes what comes within `timeout_ms`; false when nothing did.
  bool receive(int timeout_ms) {
    const std::size_t before = received_.numbers.size();
    const auto take_all = [&] {
      while (take_one() && never_waits_) {
      }
    };
    if (never_waits_) take_all();
    if (received_.numbers.size() != before) return true;
    pollfd readable{vde_datafd(connection_), POLLIN, 0};
    if (::poll(&readable, 1, timeout_ms) != 1) return false;
    take_all();
    return true;
  }
  // One more than the number of the last frame.
  std::uint64_t last() const { return last_; }
  Received take() { return std::move(received_); }

 private:
  bool take_one() {
    const ssize_t bytes = vde_recv(connection_, buffer_.data(), buffer_.size(), 0);
    const std::int64_t at_ns = times_ ? now_ns() : 0;
    if (bytes < static_cast<ssize_t>(kHeaderBytes)) return false;
    if (bytes < static_cast<ssize_t>(kHeaderBytes + sizeof(Probe)) ||
        !std::equal(expected_.begin(), expected_.end(), buffer_.begin()))
      return true;
    Probe probe;
    std::memcpy(&probe, buffer_.data() + kHeaderBytes, sizeof(probe));
    received_.numbers.push_back(probe.number);
    if (times_) received_.delays_us.push_back(static_cast<double>(at_ns - probe.sent_ns) / 1000);
    last_ = probe.number + 1;
    return true;
  }

  VDECONN* connection_;
  bool never_waits_;
  bool times_;
  std::vector<unsigned char> expected_;
  std::vector<unsigned char> buffer_ = std::vector<unsigned char>(65536);
  Received received_;
  std::uint64_t last_ = 0;
};

class Sender {
 public:
  Sender(VDECONN* connection, std::size_t frame_bytes, bool times)
      : connection_(connection), times_(times), frame_(make_frame(frame_bytes, kReceiver, kSender)) {}
  void send(std::uint64_t number) {
    const Probe probe{number, times_ ? now_ns() : 0};
    std::memcpy(frame_.data() + kHeaderBytes, &probe, sizeof(probe));
    vde_send(connection_, frame_.data(), frame_.size(), 0);
  }

 private:
  VDECONN* connection_;
  bool times_;
  std::vector<unsigned char> frame_;
};

// Two networks, and what goes from one to the other.
struct Path {
  Path(const Options& options, const std::string& left_url, const std::string& right_url)
      : left(open_or_exit(left_url)),
        right(open_or_exit(right_url)),
        sender(left.get(), options.frame_bytes, options.interval_us > 0),
        receiver(right.get(), right_url.starts_with("shm://"), options.interval_us > 0) {
    // The switches learn where the receiver is.
    const auto hello = make_frame(60, kSender, kReceiver);
    vde_send(right.get(), hello.data(), hello.size(), 0);
  }

  Connection left;
  Connection right;
  Sender sender;
  Receiver receiver;
};

// A frame of each path each interval, with a thread for each that does nothing but receive.
void probe_at_intervals(const Options& options, std::list<Path>& paths) {
  std::atomic<bool> done{false};
  std::vector<std::thread> threads;
  for (Path& path : paths) {
    threads.emplace_back([&] {
      while (!done.load(std::memory_order_relaxed)) path.receiver.receive(10);
    });
  }
  std::mt19937_64 random(1);
  std::uniform_real_distribution factor(1 - options.variation_ratio, 1 + options.variation_ratio);
  const double step_ns = 1000.0 * options.interval_us / static_cast<double>(paths.size());
  auto when = Clock::now();
  for (std::uint64_t number = 0; number < options.count; ++number) {
    for (Path& path : paths) {
      std::this_thread::sleep_until(when);
      when += std::chrono::nanoseconds(static_cast<std::int64_t>(step_ns * factor(random)));
      path.sender.send(number);
    }
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(options.wait_ms));
  done = true;
  for (std::thread& thread : threads) thread.join();
}

// As fast as they come back. Returns frames a second.
double probe_at_once(const Options& options, Sender& sender, Receiver& receiver) {
  const auto start = Clock::now();
  std::uint64_t lost_up_to = 0;
  for (std::uint64_t number = 0; number < options.count; ++number) {
    sender.send(number);
    const auto done = [&] { return std::max(receiver.last(), lost_up_to); };
    if (number + 1 - done() < options.ahead_count) continue;
    while (number + 1 - done() > options.ahead_count / 2)
      if (!receiver.receive(5)) lost_up_to = number + 1;
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  while (receiver.receive(static_cast<int>(options.wait_ms))) {
  }
  return static_cast<double>(receiver.last()) / seconds;
}

nlohmann::ordered_json summary(const Options& options, Received received) {
  std::vector<int> arrivals(options.count);
  std::uint64_t out_of_order = 0;
  std::uint64_t greatest = 0;
  for (const std::uint64_t number : received.numbers) {
    if (number >= options.count) continue;
    ++arrivals[number];
    if (number < greatest) ++out_of_order;
    greatest = std::max(greatest, number);
  }
  std::uint64_t lost = 0;
  std::uint64_t bursts = 0;
  std::uint64_t twice = 0;
  for (std::size_t i = 0; i < arrivals.size(); ++i) {
    if (arrivals[i] > 1) ++twice;
    if (arrivals[i] > 0) continue;
    ++lost;
    if (i == 0 || arrivals[i - 1] > 0) ++bursts;
  }
  nlohmann::ordered_json result{{"sent", options.count}, {"received", received.numbers.size()},
                                {"lost", lost},          {"bursts", bursts},
                                {"twice", twice},        {"out_of_order", out_of_order}};
  auto& delays = received.delays_us;
  if (delays.empty()) return result;
  const double count = static_cast<double>(delays.size());
  const double mean = std::accumulate(delays.begin(), delays.end(), 0.0) / count;
  double squares = 0;
  for (const double delay : delays) squares += (delay - mean) * (delay - mean);
  std::sort(delays.begin(), delays.end());
  const auto percentile = [&](double ratio) { return delays[static_cast<std::size_t>(ratio * (count - 1))]; };
  result.update({{"mean_us", mean},
                 {"deviation_us", std::sqrt(squares / count)},
                 {"min_us", delays.front()},
                 {"p50_us", percentile(0.5)},
                 {"p99_us", percentile(0.99)},
                 {"max_us", delays.back()}});
  return result;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("What became of numbered frames between two networks of libvdeplug");
  app.add_option("--count", options.count);
  app.add_option("--interval-us", options.interval_us);
  app.add_option("--vary", options.variation_ratio)->check(CLI::Range(0.0, 1.0));
  app.add_option("--bytes", options.frame_bytes)
      ->check(CLI::Range(kHeaderBytes + sizeof(Probe), std::size_t{9234}));
  app.add_option("--ahead", options.ahead_count)->check(CLI::Range(2, 4096));
  app.add_option("--wait-ms", options.wait_ms);
  app.add_option("NETWORKS", options.networks, "LEFT RIGHT, twice at most")->required()->expected(2, 4);
  CLI11_PARSE(app, argc, argv);

  if (options.networks.size() % 2 != 0 || (options.interval_us == 0 && options.networks.size() > 2)) {
    std::fprintf(stderr, "wire_probe: each LEFT has a RIGHT, and --interval-us 0 is for one pair\n");
    return 2;
  }

  std::list<Path> paths;
  for (std::size_t i = 0; i < options.networks.size(); i += 2)
    paths.emplace_back(options, options.networks[i], options.networks[i + 1]);
  std::this_thread::sleep_for(std::chrono::milliseconds(300));

  double frames_per_second = 0;
  if (options.interval_us > 0) {
    probe_at_intervals(options, paths);
  } else {
    frames_per_second = probe_at_once(options, paths.front().sender, paths.front().receiver);
  }
  for (Path& path : paths) {
    auto result = summary(options, path.receiver.take());
    if (frames_per_second > 0) result["frames_per_second"] = frames_per_second;
    std::printf("%s\n", result.dump().c_str());
  }
  return 0;
}
