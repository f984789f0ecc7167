#include "harness/tools/ping.hh"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <map>
#include <optional>

namespace banco::tools {
namespace {

// The number at the start of `text`, when `suffix` follows it.
template <typename Number>
std::optional<Number> number_before(std::string_view text, std::string_view suffix) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  if (error != std::errc() || !text.starts_with(suffix)) return std::nullopt;
  return number;
}

// The rest of `line` after the first `word`; empty when the word is not there.
std::string_view after(std::string_view line, std::string_view word) {
  const std::size_t at = line.find(word);
  return at == std::string_view::npos ? std::string_view() : line.substr(at + word.size());
}

struct Summary {
  int transmitted_count = 0;
  int received_count = 0;
};

// "5 packets transmitted, 4 received, +1 duplicates, 20% packet loss, time 811ms" (iputils)
// "5 packets transmitted, 4 packets received, 1 duplicates, 20% packet loss" (busybox)
std::optional<Summary> read_summary(std::string_view line) {
  const auto transmitted = number_before<int>(line, " packets transmitted, ");
  if (!transmitted || line.find("% packet loss") == std::string_view::npos) return std::nullopt;
  const std::string_view rest = after(line, "transmitted, ");
  auto received = number_before<int>(rest, " received, ");
  if (!received) received = number_before<int>(rest, " packets received, ");
  if (!received) return std::nullopt;
  return Summary{.transmitted_count = *transmitted, .received_count = *received};
}

struct Reply {
  int sequence = 0;  // the first request's is 0
  double rtt_s = 0;
};

// The first reply is "64 bytes from 10.0.0.2: icmp_seq=1 ttl=64 time=0.306 ms" (iputils), "… seq=0 …"
// (busybox).
std::optional<Reply> read_reply(std::string_view line) {
  const int first = after(line, "icmp_seq=").empty() ? 0 : 1;
  const auto sequence = number_before<int>(after(line, "seq="), " ");
  const auto rtt_ms = number_before<double>(after(line, " time="), " ms");
  if (!sequence || *sequence < first || !rtt_ms || !std::isfinite(*rtt_ms) || *rtt_ms < 0)
    return std::nullopt;
  return Reply{.sequence = *sequence - first, .rtt_s = *rtt_ms / 1000};
}

PingReport add_up(const Summary& summary, const std::map<int, double>& rtt_by_sequence, int reply_count) {
  if (summary.transmitted_count < 1) throw PingError("ping sent nothing");
  if (summary.received_count < 0 || summary.received_count > summary.transmitted_count ||
      static_cast<std::size_t>(summary.received_count) != rtt_by_sequence.size())
    throw PingError(fmt::format("ping says {} of {} requests were answered, but lists replies to {}",
                                summary.received_count, summary.transmitted_count, rtt_by_sequence.size()));
  PingReport report{.transmitted_count = summary.transmitted_count,
                    .received_count = summary.received_count,
                    .rtt_s = {},
                    .duplicate_count = reply_count - summary.received_count};
  if (const auto first = rtt_by_sequence.find(0); first != rtt_by_sequence.end())
    report.first_rtt_s = first->second;
  for (const auto& [sequence, rtt_s] : rtt_by_sequence) report.rtt_s.push_back(rtt_s);
  return report;
}

}  // namespace

std::vector<std::string> ping_command(const std::string& address, int count,
                                      std::chrono::milliseconds interval, int payload_bytes) {
  if (address.empty() || address[0] == '-') throw std::invalid_argument("ping: the target has no address");
  if (count < 1 || count > 65535)
    throw std::invalid_argument(fmt::format("ping: {} requests; 1 to 65535 are possible", count));
  if (interval < std::chrono::milliseconds(2) || interval > std::chrono::hours(1))
    throw std::invalid_argument("ping: the interval must be 2 ms to one hour");
  if (payload_bytes < 16 || payload_bytes > 65507)
    throw std::invalid_argument(
        fmt::format("ping: {} bytes of payload; 16 to 65507 are possible", payload_bytes));
  return {"ping", "-n",
          "-i",   fmt::format("{}.{:03}", interval.count() / 1000, interval.count() % 1000),
          "-c",   std::to_string(count),
          "-W",   "1",
          "-s",   std::to_string(payload_bytes),
          address};
}

PingReport read_ping(std::string_view output) {
  if (output.size() > kPingOutputBytes)
    throw PingError(fmt::format("ping printed more than {} MiB", kPingOutputBytes >> 20));
  std::map<int, double> rtt_by_sequence;
  int reply_count = 0;
  for (int line_number = 1; !output.empty(); ++line_number) {
    const std::string_view line = output.substr(0, output.find('\n'));
    output.remove_prefix(std::min(line.size() + 1, output.size()));
    if (const auto summary = read_summary(line)) return add_up(*summary, rtt_by_sequence, reply_count);
    if (line.find(" bytes from ") == std::string_view::npos) continue;
    const auto reply = read_reply(line);
    if (!reply)
      throw PingError(fmt::format("line {} of ping's output is no reply that can be read", line_number));
    rtt_by_sequence.emplace(reply->sequence, reply->rtt_s);
    ++reply_count;
  }
  throw PingError("ping printed no summary: it was cut off, or could not send (see its error output)");
}

}  // namespace banco::tools
