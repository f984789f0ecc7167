// dd | nc: a file that does not exist, copied over the network: the command lines, and what they printed. It
// is what people measure with who have nothing else, and what the thesis on containers did; dd's figure ends
// when the last block is in the pipe, and counts how long its source needs to make the data. Pure functions:
// whoever measures runs the commands on machines and hands the output back.
//
// Trust: the output comes from a guest; it is read or refused with one sentence.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace banco::tools {

struct DdOptions {
  std::string server_address;
  int port = 0;
  std::string source;  // "/dev/urandom"
  int block_bytes = 8192;
  int count = 1;
};

// Receives once at `port`, and says on standard error how many bytes.
std::vector<std::string> dd_server_command(int port);
// By its path: busybox' shell would take the dd that it is itself, which may not say how long it took.
std::vector<std::string> dd_client_command(const DdOptions& options);

struct DdReport {
  std::uint64_t bytes = 0;  // that dd has read and written
  double time_s = 0;        // more than 0

  double rate_bps() const { return static_cast<double>(bytes) * 8 / time_s; }
};

class DdError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

// What dd says on standard error: GNU's and busybox'. Throws DdError.
DdReport read_dd(std::string_view errors);
// What the server says there. Throws DdError.
std::uint64_t read_dd_server(std::string_view errors);

}  // namespace banco::tools
