// `banco capture`: a link of a lab into a file, into Wireshark, or onto the terminal.
#pragma once

#include <string>

namespace banco::lab {

struct CaptureOrder {
  std::string lab;
  std::string link;         // "a:eth0", "a-sw"
  std::string filter;       // as in pcap-filter(7); empty for all
  std::string file;         // pcapng; "-" is standard output; empty: lines on standard output
  bool wireshark = false;   // in place of a file
  std::string application;  // who writes, for the file: "banco 0.1.0"
};

// Captures until SIGINT or SIGTERM, until the lab ends, or until nobody reads any more. This process goes
// into the lab for it. Requires: no other thread in this process. Throws CaptureError, std::invalid_argument
// (no such lab, link or filter, or a link that cannot be captured), base::SystemError.
void capture(const CaptureOrder& order);

}  // namespace banco::lab
