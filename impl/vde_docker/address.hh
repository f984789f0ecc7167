// Addresses as Docker writes them: "10.0.0.2/24", "fd00::2/64", "02:42:0a:00:00:02".
//
// Order   network byte order in `bytes`; IPv4 takes the first four.
// Errors  std::invalid_argument with a sentence that quotes the text.
// Source  RFC 4632 3.1, RFC 4291 2.2 and 2.3, IEEE 802-2014 8.2.
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace banco::vde_docker {

struct IpAddress {
  bool is_ipv6 = false;
  std::array<std::uint8_t, 16> bytes{};
  int prefix_bits = 0;

  // The network that this address and its prefix name holds `other`.
  bool holds(const IpAddress& other) const;
  // The same address, whatever the prefixes.
  bool is_same_address(const IpAddress& other) const {
    return is_ipv6 == other.is_ipv6 && bytes == other.bytes;
  }
};

// "10.0.0.2/24"; `what` begins the sentence of the error.
IpAddress parse_with_prefix(const std::string& text, const std::string& what);
// "10.0.0.2", prefix_bits 32; "fd00::2", 128.
IpAddress parse_address(const std::string& text, const std::string& what);
// "10.0.0.1/24" without its prefix.
std::string without_prefix(const std::string& text);

// Six bytes of one station: neither multicast nor all zero.
void check_mac(const std::string& text);
// Of an endpoint that was given none. From its IPv4 address ("10.0.0.2/24"), as Docker's bridges have it, so
// that neighbours know a container that was restarted; locally administered and random where it has none.
std::string choose_mac(const std::string& address);

}  // namespace banco::vde_docker
