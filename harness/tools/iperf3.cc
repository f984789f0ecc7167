#include "harness/tools/iperf3.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "harness/measure/json.hh"

namespace banco::tools {
namespace {

using Json = nlohmann::json;
using measure::json_integer;
using measure::json_member;
using measure::json_number;
using measure::JsonError;

constexpr double kExactIntegers = 0x1p53;  // doubles count up to here
constexpr std::size_t kMessageBytes = 300;

void require(bool holds, const std::string& otherwise) {
  if (!holds) throw std::invalid_argument("iperf3: " + otherwise);
}

void check(const Iperf3Options& options) {
  using std::chrono::seconds;
  require(!options.server_address.empty() && options.server_address[0] != '-', "the server has no address");
  require(options.port >= 1 && options.port <= 65535, fmt::format("{} is no port", options.port));
  require(options.stream_count >= 1 && options.stream_count <= 128,
          fmt::format("{} streams; 1 to 128 are possible", options.stream_count));
  require(options.time % seconds(1) == seconds(0) && options.omit % seconds(1) == seconds(0),
          "time and warm-up must be whole seconds");
  require(options.time >= seconds(1) && options.time <= seconds(86400), "the time must be 1 s to one day");
  require(options.omit >= seconds(0) && options.omit <= seconds(60), "the warm-up must be 0 s to 60 s");
  const int shortest_bytes = options.udp ? 16 : 1;
  const int longest_bytes = options.udp ? 65507 : 1 << 20;
  require(options.length_bytes == 0 ||
              (options.length_bytes >= shortest_bytes && options.length_bytes <= longest_bytes),
          fmt::format("a length of {} bytes; {} to {} are possible", options.length_bytes, shortest_bytes,
                      longest_bytes));
  require(options.rate_bps == 0 || (options.rate_bps >= options.stream_count && options.rate_bps <= 1e15),
          fmt::format("a rate of {} bit/s; at least 1 bit/s per stream is needed", options.rate_bps));
}

// A number that counts something. A double beyond 2^53 is no count any more.
std::uint64_t read_count(const Json& object, const char* name) {
  const double number = json_number(object, name);
  if (!(number >= 0 && number <= kExactIntegers) || number != std::floor(number))
    throw JsonError(fmt::format("\"{}\" must be a count", name));
  return static_cast<std::uint64_t>(number);
}

// A text to be shown to people: short, and without what moves a terminal's cursor.
std::string read_words(const Json& object, const char* name) {
  std::string words = measure::json_text(object, name).substr(0, kMessageBytes);
  std::replace_if(
      words.begin(), words.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; }, ' ');
  return words;
}

double read_seconds(const Json& sum) {
  const double seconds = json_number(sum, "seconds");
  if (!(seconds >= 1e-3 && seconds <= 1e6)) throw JsonError("\"seconds\" must be a time of traffic");
  return seconds;
}

double read_bps(const Json& sum, double seconds) {
  return static_cast<double>(read_count(sum, "bytes")) * 8 / seconds;
}

// Counts the packets of `flow` afresh, because iperf3 3.12 does not: with a warm-up, `lost_packets` of a
// forward flow still holds the losses of the warm-up (measured: 69 % reported where a 20 Mbit/s bottleneck
// left 34 % of 30 Mbit/s), and after the path died it reports no loss. Bytes and sequence numbers are right,
// and every datagram has `packet_bytes`.
void count_packets(const Json& sent, const Json& received, std::uint64_t packet_bytes, Iperf3Flow& flow) {
  const std::uint64_t sent_count = read_count(sent, "packets");
  const std::uint64_t arrived_count = read_count(received, "bytes") / packet_bytes;
  // Highest sequence number seen, less the packets of the warm-up: negative, printed as 2^64 and less,
  // when nothing arrived after the warm-up.
  const bool nothing_seen = json_number(received, "packets") > kExactIntegers;
  const std::uint64_t seen_count = nothing_seen ? 0 : read_count(received, "packets");
  const bool path_died = seen_count < sent_count && sent_count - seen_count > sent_count / 10;
  flow.packet_count = std::max(path_died ? sent_count : seen_count, arrived_count);
  flow.lost_packet_count = flow.packet_count - arrived_count;
  if (flow.packet_count > 0)
    flow.loss_ratio = static_cast<double>(flow.lost_packet_count) / static_cast<double>(flow.packet_count);
}

// Which sums of the end, and which way. The second direction of --bidir prints its bytes over the other
// side's time (measured: 30 Mbit/s offered, 30.3 "sent"): there `swapped_windows` gives each side its own
// again.
struct FlowSource {
  bool reverse = false;
  const char* sent_name = "";
  const char* received_name = "";
  bool swapped_windows = false;
};

Iperf3Flow read_flow(const Json& output, const FlowSource& source) {
  const Json& end = json_member(output, "end");
  const Json& sent = json_member(end, source.sent_name);
  const Json& received = json_member(end, source.received_name);
  double sent_seconds = read_seconds(sent);
  double received_seconds = read_seconds(received);
  if (source.swapped_windows) std::swap(sent_seconds, received_seconds);
  Iperf3Flow flow;
  flow.reverse = source.reverse;
  flow.sent_bps = read_bps(sent, sent_seconds);
  flow.received_bps = read_bps(received, received_seconds);
  flow.seconds = received_seconds;
  const Json& test = json_member(json_member(output, "start"), "test_start");
  if (measure::json_text(test, "protocol") == "UDP") {
    count_packets(sent, received, static_cast<std::uint64_t>(json_integer(test, "blksize", 1)), flow);
  } else if (sent.contains("retransmits")) {  // absent where the sender's kernel does not tell
    flow.retransmit_count = read_count(sent, "retransmits");
  }
  return flow;
}

double read_cpu_ratio(const Json& end, const char* name) {
  const double percent = json_number(json_member(end, "cpu_utilization_percent"), name);
  if (!(percent >= 0 && percent <= 1e6)) throw JsonError(fmt::format("\"{}\" must be a percentage", name));
  return percent / 100;
}

Iperf3Report read_output(const Json& output) {
  if (output.is_object() && output.contains("error"))
    throw Iperf3Error("iperf3: " + read_words(output, "error"));
  const Json& start = json_member(output, "start");
  const Json& end = json_member(output, "end");
  const bool reverse = json_integer(json_member(start, "test_start"), "reverse", 0) != 0;
  Iperf3Report report;
  report.version = read_words(start, "version");
  report.flows.push_back(
      read_flow(output, {.reverse = reverse, .sent_name = "sum_sent", .received_name = "sum_received"}));
  if (end.is_object() && end.contains("sum_sent_bidir_reverse"))
    report.flows.push_back(read_flow(output, {.reverse = true,
                                              .sent_name = "sum_sent_bidir_reverse",
                                              .received_name = "sum_received_bidir_reverse",
                                              .swapped_windows = true}));
  report.client_cpu_ratio = read_cpu_ratio(end, "host_total");
  report.server_cpu_ratio = read_cpu_ratio(end, "remote_total");
  return report;
}

}  // namespace

std::vector<std::string> iperf3_client_command(const Iperf3Options& options) {
  check(options);
  const auto seconds = [](std::chrono::milliseconds time) { return std::to_string(time.count() / 1000); };
  // No interval reports (--interval 0): they cost time while measuring, and only the end is read.
  std::vector<std::string> command{
      "iperf3", "--client", options.server_address, "--port", std::to_string(options.port), "--json",
      "--interval", "0", "--connect-timeout", "5000", "--time", seconds(options.time), "--omit",
      seconds(options.omit), "--parallel", std::to_string(options.stream_count),
      // Per stream, and always said: UDP's default is 1 Mbit/s.
      "--bitrate", fmt::format("{:.0f}", options.rate_bps / options.stream_count)};
  if (options.udp) command.push_back("--udp");
  if (options.length_bytes > 0)
    command.insert(command.end(), {"--length", std::to_string(options.length_bytes)});
  if (options.direction == Iperf3Direction::kReverse) command.push_back("--reverse");
  if (options.direction == Iperf3Direction::kBoth) command.push_back("--bidir");
  return command;
}

std::vector<std::string> iperf3_server_command(int port) {
  require(port >= 1 && port <= 65535, fmt::format("{} is no port", port));
  // --forceflush: into a pipe, the line that says it listens would otherwise come when it ends.
  return {"iperf3", "--server", "--port", std::to_string(port), "--interval", "0", "--forceflush"};
}

Iperf3Report read_iperf3(std::string_view json) {
  if (json.find_first_not_of(" \t\r\n") == std::string_view::npos)
    throw Iperf3Error("iperf3 printed nothing; what it said on its error output tells why");
  if (json.size() > kIperf3OutputBytes)
    throw Iperf3Error(fmt::format("iperf3 printed more than {} MiB", kIperf3OutputBytes >> 20));
  try {
    return read_output(measure::parse_json(json));
  } catch (const JsonError& error) {
    throw Iperf3Error(std::string("iperf3's output cannot be used: ") + error.what());
  }
}

}  // namespace banco::tools
