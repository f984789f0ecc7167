// UDP counters of a machine, as /proc/net/snmp has them: which datagrams reached it and were lost all the
// same. Pure functions: whoever measures runs the command on a machine and hands the output back.
//
// Trust   the output comes from a guest; it is read or refused with one sentence.
// Source  RFC 4113 (InDatagrams); RcvbufErrors of Linux: the socket's receive buffer was full.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace banco::tools {

std::vector<std::string> udp_counters_command();

struct UdpCounters {
  std::uint64_t delivered_count = 0;  // since the machine started
  std::uint64_t overflow_count = 0;
};

class UdpCountersError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Throws UdpCountersError.
UdpCounters read_udp_counters(std::string_view output);

}  // namespace banco::tools
