// iperf3: the command lines of client and server, and what the client's JSON says. Written for 3.12.
// Pure functions: whoever measures runs the commands on machines and hands the output back.
//
// Units: bit/s of payload (without headers), seconds, ratios 0..1, CPU seconds per second (1 is one core).
// Trust: the output comes from a guest; anything in it is refused with one sentence or read, never believed
// to be well formed.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace banco::tools {

inline constexpr int kIperf3Port = 5201;
inline constexpr std::size_t kIperf3OutputBytes = std::size_t{64} << 20;  // most that is read

enum class Iperf3Direction { kForward, kReverse, kBoth };  // forward: the client sends

struct Iperf3Options {
  std::string server_address;
  int port = kIperf3Port;
  bool udp = false;
  Iperf3Direction direction = Iperf3Direction::kForward;
  double rate_bps = 0;   // of one direction, all its streams together; 0: as fast as it goes
  int length_bytes = 0;  // of one datagram or write; 0: iperf3's default
  int stream_count = 1;  // per direction
  std::chrono::milliseconds time{10000};
  std::chrono::milliseconds omit{0};  // warm-up before `time`, not counted
};

// Throws std::invalid_argument for what iperf3 would refuse or misread (it counts whole seconds).
std::vector<std::string> iperf3_client_command(const Iperf3Options& options);

// A server that stays until it is killed. It is ready once it has printed a line with `Server listening`.
std::vector<std::string> iperf3_server_command(int port = kIperf3Port);

// One direction, its streams summed up, in the measured time (the warm-up left out).
//
// `received_bps` is what arrived in the receiver's window, for UDP too. UDP packets are counted by what the
// receiver could know: up to the highest sequence number it saw. Those after it were still under way when it
// stopped, unless they are more than a tenth of what was sent: then the path was dead and they are lost.
struct Iperf3Flow {
  bool reverse = false;  // the server sends
  double sent_bps = 0;
  double received_bps = 0;
  double loss_ratio = 0;                // UDP: lost / packets; 0 for TCP
  std::uint64_t lost_packet_count = 0;  // UDP
  std::uint64_t packet_count = 0;       // UDP: received and lost
  std::uint64_t retransmit_count = 0;   // TCP
  double seconds = 0;                   // the receiver's window

  bool operator==(const Iperf3Flow&) const = default;
};

struct Iperf3Report {
  std::string version;            // "iperf 3.12"
  std::vector<Iperf3Flow> flows;  // one per direction, forward first
  double client_cpu_ratio = 0;    // of the iperf3 process, warm-up included
  double server_cpu_ratio = 0;

  bool operator==(const Iperf3Report&) const = default;
};

// iperf3 said that it failed, or its output is not what a finished client prints.
class Iperf3Error : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Reads what the client printed. Throws Iperf3Error; when iperf3 reports an error, with its own words.
Iperf3Report read_iperf3(std::string_view json);

}  // namespace banco::tools
