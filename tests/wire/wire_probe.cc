// wire_probe: what became of numbered frames between two networks of libvdeplug: how late each came, how many
// were lost and in which bursts, doubled, or out of order. Sender and receiver are two threads with one
// clock.
//
//   wire_probe [--count N] [--interval-us US] [--bytes N] [--wait-ms MS] LEFT RIGHT
//
// Prints one JSON object. Delays are from before vde_send to after vde_recv, microseconds. An interval of 0
// sends as fast as the receiver takes: at most 64 frames ahead of it, or of what it is thought to have lost.
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
#include <memory>
#include <nlohmann/json.hpp>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  std::uint64_t count = 100;
  unsigned interval_us = 20'000;
  std::size_t frame_bytes = 100;
  unsigned wait_ms = 1000;  // after the last frame was sent
  std::string left;
  std::string right;
};

constexpr std::size_t kHeaderBytes = 14;
constexpr std::uint64_t kAhead_count = 64;
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

void receive(VDECONN* connection, const std::atomic<bool>& done, std::atomic<std::uint64_t>& last,
             Received& received) {
  std::vector<unsigned char> buffer(65536);
  const auto expected = make_frame(kHeaderBytes, kReceiver, kSender);
  while (!done.load(std::memory_order_relaxed)) {
    pollfd readable{vde_datafd(connection), POLLIN, 0};
    if (::poll(&readable, 1, 10) != 1) continue;
    const ssize_t bytes = vde_recv(connection, buffer.data(), buffer.size(), 0);
    const std::int64_t at_ns = now_ns();
    if (bytes < static_cast<ssize_t>(kHeaderBytes + sizeof(Probe)) ||
        !std::equal(expected.begin(), expected.end(), buffer.begin()))
      continue;
    Probe probe;
    std::memcpy(&probe, buffer.data() + kHeaderBytes, sizeof(probe));
    received.numbers.push_back(probe.number);
    received.delays_us.push_back(static_cast<double>(at_ns - probe.sent_ns) / 1000);
    last.store(probe.number + 1, std::memory_order_release);
  }
}

void send(VDECONN* connection, const Options& options, const std::atomic<std::uint64_t>& last) {
  auto frame = make_frame(options.frame_bytes, kReceiver, kSender);
  auto when = Clock::now();
  for (std::uint64_t number = 0; number < options.count; ++number) {
    if (options.interval_us > 0) {
      std::this_thread::sleep_until(when);
      when += std::chrono::microseconds(options.interval_us);
    } else {
      const auto stuck = Clock::now() + std::chrono::milliseconds(5);
      while (number - std::min(number, last.load(std::memory_order_acquire)) >= kAhead_count &&
             Clock::now() < stuck) {
      }
    }
    const Probe probe{number, now_ns()};
    std::memcpy(frame.data() + kHeaderBytes, &probe, sizeof(probe));
    vde_send(connection, frame.data(), frame.size(), 0);
  }
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
  app.add_option("--bytes", options.frame_bytes)
      ->check(CLI::Range(kHeaderBytes + sizeof(Probe), std::size_t{9234}));
  app.add_option("--wait-ms", options.wait_ms);
  app.add_option("LEFT", options.left)->required();
  app.add_option("RIGHT", options.right)->required();
  CLI11_PARSE(app, argc, argv);

  const Connection left = open_or_exit(options.left);
  const Connection right = open_or_exit(options.right);
  // The switches learn where the receiver is.
  const auto hello = make_frame(60, kSender, kReceiver);
  vde_send(right.get(), hello.data(), hello.size(), 0);
  std::this_thread::sleep_for(std::chrono::milliseconds(300));

  std::atomic<bool> done{false};
  std::atomic<std::uint64_t> last{0};
  Received received;
  std::thread receiver([&] { receive(right.get(), done, last, received); });
  send(left.get(), options, last);
  std::this_thread::sleep_for(std::chrono::milliseconds(options.wait_ms));
  done = true;
  receiver.join();
  std::printf("%s\n", summary(options, std::move(received)).dump().c_str());
  return 0;
}
