// An IPv4 address with its prefix length, as `10.0.0.1/24`.
#pragma once

#include <cstdint>
#include <string>

namespace banco::scenario {

struct Address {
  std::uint32_t bits = 0;  // host order
  int prefix_length = 0;

  std::uint32_t mask() const { return ~std::uint32_t{0} << (32 - prefix_length); }
  std::uint32_t network() const { return bits & mask(); }
  std::uint32_t host() const { return bits & ~mask(); }
};

// Throws std::invalid_argument unless `text` is the address of a host: a prefix length of 8 to 30, a host
// part that is neither all zeros nor all ones.
Address parse_address(const std::string& text);

std::string address_text(const Address& address);

}  // namespace banco::scenario
