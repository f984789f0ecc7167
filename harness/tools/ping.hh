// ping: the command line, and what it printed. Reads iputils and busybox.
// Pure functions: whoever measures runs the command on a machine and hands the output back.
//
// Trust: the output comes from a guest; it is read or refused with one sentence.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace banco::tools {

inline constexpr std::size_t kPingOutputBytes = std::size_t{16} << 20;  // most that is read

// `count` echo requests (1..65535, so that sequence numbers do not repeat), one each `interval` (2 ms or
// more), with `payload_bytes` (16..65507; fewer cannot carry the time stamp that the round-trip time comes
// from). Waits 1 s for the last reply. Throws std::invalid_argument.
std::vector<std::string> ping_command(const std::string& address, int count,
                                      std::chrono::milliseconds interval, int payload_bytes);

struct PingReport {
  int transmitted_count = 0;  // 1 or more
  int received_count = 0;     // requests that were answered
  std::vector<double> rtt_s;  // of the first reply to each answered request, in the order of the requests
  int duplicate_count = 0;    // further replies
  std::optional<double> first_rtt_s = {};  // of the first request, unless it was lost; also in rtt_s

  double loss_ratio() const { return 1 - static_cast<double>(received_count) / transmitted_count; }

  bool operator==(const PingReport&) const = default;
};

class PingError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Throws PingError: no complete summary (cut off, or ping could not send), a reply that cannot be read, or
// replies that do not add up to the summary. All packets lost is a report, not an error.
PingReport read_ping(std::string_view output);

}  // namespace banco::tools
