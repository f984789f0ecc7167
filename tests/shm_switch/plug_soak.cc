// plug_soak: numbered frames from one plug to another, every one of them looked at: none twice, none out of
// order, none changed. Frames that are lost are counted, not forbidden: a network may lose.
//
//   plug_soak [--frames N] VNL
//
// Lengths from 60 to 1514 bytes, content told by the number. At most 256 in flight. Exit code 1 when a frame
// was wrong.
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "impl/vde/plug_api.hh"

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kInFlightMax = 256;
constexpr std::size_t kHeaderBytes = 14;
constexpr std::size_t kLongestBytes = 1514;
constexpr std::size_t kPatternBytes = 1 << 16;
constexpr std::size_t kBufferBytes = 9234;

struct Shared {
  std::atomic<bool> ready{false};
  alignas(64) std::atomic<std::uint64_t> next{0};  // what the receiver expects
  alignas(64) std::atomic<bool> done{false};
  alignas(64) std::uint64_t received = 0;
  std::uint64_t lost = 0;
  std::uint64_t reordered_or_twice = 0;
  std::uint64_t changed = 0;
};

// Frames of a run: the same on both sides.
class Frames {
 public:
  Frames() : pattern_(kPatternBytes + kLongestBytes) {
    std::mt19937 random(20181103);
    for (unsigned char& byte : pattern_) byte = static_cast<unsigned char>(random());
  }
  static std::size_t length(std::uint64_t number) {
    return 60 + (number * 0x9e3779b97f4a7c15U >> 40) % (kLongestBytes - 60 + 1);
  }
  void write(std::uint64_t number, unsigned char* frame) const {
    std::memcpy(frame + kHeaderBytes, &number, sizeof(number));
    std::memcpy(frame + kContent, content(number), length(number) - kContent);
  }
  static std::uint64_t number_of(const unsigned char* frame) {
    std::uint64_t number = 0;
    std::memcpy(&number, frame + kHeaderBytes, sizeof(number));
    return number;
  }
  bool is_unchanged(std::uint64_t number, const unsigned char* frame, std::size_t bytes) const {
    return bytes == length(number) && std::memcmp(frame + kContent, content(number), bytes - kContent) == 0;
  }

 private:
  static constexpr std::size_t kContent = kHeaderBytes + sizeof(std::uint64_t);
  const unsigned char* content(std::uint64_t number) const { return &pattern_[number * 31 % kPatternBytes]; }
  std::vector<unsigned char> pattern_;
};

constexpr std::array<unsigned char, kHeaderBytes> kToReceiver{2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x88, 0xb5};
constexpr std::array<unsigned char, kHeaderBytes> kToSender{2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x88, 0xb5};

VDECONN* open_or_exit(const std::string& network) {
  std::string url = network;
  std::string description = "plug_soak";
  VDECONN* const connection = vde_open(url.data(), description.data(), nullptr);
  if (connection == nullptr) {
    std::perror(network.c_str());
    std::_Exit(1);
  }
  return connection;
}

void receive(VDECONN* connection, Shared& shared) {
  const Frames frames;
  std::vector<unsigned char> buffer(kBufferBytes);
  std::array<unsigned char, 60> hello{};
  std::copy(kToSender.begin(), kToSender.end(), hello.begin());
  vde_send(connection, hello.data(), hello.size(), 0);  // the switch learns where we are
  shared.ready.store(true);
  std::uint64_t expected = 0;
  while (!shared.done.load(std::memory_order_relaxed)) {
    const ssize_t got = vde_recv(connection, buffer.data(), buffer.size(), 0);
    if (got <= 1) {
      pollfd entry{vde_datafd(connection), POLLIN, 0};
      ::poll(&entry, 1, 10);
      continue;
    }
    if (static_cast<std::size_t>(got) < 60 ||
        std::memcmp(buffer.data(), kToReceiver.data(), kHeaderBytes) != 0) {
      ++shared.changed;
      continue;
    }
    const std::uint64_t number = Frames::number_of(buffer.data());
    if (!frames.is_unchanged(number, buffer.data(), static_cast<std::size_t>(got))) ++shared.changed;
    if (number < expected) {
      ++shared.reordered_or_twice;
      continue;
    }
    shared.lost += number - expected;
    expected = number + 1;
    ++shared.received;
    shared.next.store(expected, std::memory_order_release);
  }
}

void send_all(VDECONN* connection, std::uint64_t frame_count, Shared& shared) {
  const Frames frames;
  std::vector<unsigned char> frame(kLongestBytes);
  std::copy(kToReceiver.begin(), kToReceiver.end(), frame.begin());
  std::uint64_t seen = 0;
  std::uint64_t lost_base = 0;  // up to here, what has not arrived never will
  for (std::uint64_t number = 0; number < frame_count; ++number) {
    if (number - std::max(seen, lost_base) >= kInFlightMax) {
      const auto stuck = Clock::now() + std::chrono::milliseconds(100);
      while ((seen = shared.next.load(std::memory_order_acquire)) + kInFlightMax / 2 < number &&
             Clock::now() < stuck) {
      }
      lost_base = number - std::min(number, kInFlightMax / 2);
    }
    frames.write(number, frame.data());
    vde_send(connection, frame.data(), Frames::length(number), 0);
  }
  const auto end = Clock::now() + std::chrono::seconds(2);
  while (shared.next.load() < frame_count && Clock::now() < end) ::usleep(1000);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Numbered frames through a VDE network, every one looked at");
  std::uint64_t frame_count = 10'000'000;
  std::string network;
  app.add_option("--frames", frame_count, "how many")->capture_default_str();
  app.add_option("VNL", network, "the network: shm:///run/switch …")->required();
  CLI11_PARSE(app, argc, argv);

  void* const memory =
      ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    std::perror("mmap");
    return 1;
  }
  Shared& shared = *new (memory) Shared;
  const pid_t receiver = ::fork();
  if (receiver == 0) {
    VDECONN* const connection = open_or_exit(network);
    receive(connection, shared);
    vde_close(connection);
    std::_Exit(0);
  }
  VDECONN* const connection = open_or_exit(network);
  while (!shared.ready.load()) {
    if (::waitpid(receiver, nullptr, WNOHANG) != 0) return 1;  // it has said why
    ::usleep(1000);
  }
  ::usleep(20'000);  // until the switch has learnt
  const auto start = Clock::now();
  send_all(connection, frame_count, shared);
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  shared.done.store(true);
  ::waitpid(receiver, nullptr, 0);
  vde_close(connection);
  const std::uint64_t lost = shared.lost + (frame_count - std::min(frame_count, shared.next.load()));
  fmt::print(
      "{} frames sent, {} received, {} lost, {} twice or out of order, {} changed; {:.2f} million a second\n",
      frame_count, shared.received, lost, shared.reordered_or_twice, shared.changed,
      static_cast<double>(frame_count) / seconds / 1e6);
  const bool good = shared.reordered_or_twice == 0 && shared.changed == 0 &&
                    shared.received + lost == frame_count && shared.received > frame_count / 2;
  return good ? 0 : 1;
}
