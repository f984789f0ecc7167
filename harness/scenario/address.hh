// An IPv4 or IPv6 address with its prefix length, as `10.0.0.1/24` or `fd00::1/64`.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "harness/scenario/scenario.hh"

namespace banco::scenario {

struct Address {
  Family family = Family::kIpv4;
  std::array<std::uint8_t, 16> bytes{};  // in network order; 4 of them for IPv4
  int prefix_length = 0;

  int bit_count() const { return family == Family::kIpv4 ? 32 : 128; }
  // The same with all bits of the host zero.
  Address network() const;
  // Whether the networks of both have an address in common.
  bool overlaps(const Address& other) const;
  // This address, with `count` times 2 to the power of `bit` added.
  Address plus(std::uint64_t count, int bit) const;

  bool operator==(const Address&) const = default;
  auto operator<=>(const Address&) const = default;
};

// Throws std::invalid_argument unless `text` is the address of a host: a prefix length of 8 to 30 (IPv6: to
// 126), a host part that is neither all zeros nor all ones, and an address that other hosts can reach.
Address parse_address(const std::string& text);

// Throws std::invalid_argument unless `text` is a network: its host part all zeros.
Address parse_network(const std::string& text);

// An address alone, its prefix all of it. Throws std::invalid_argument.
Address parse_host(const std::string& text);

// With and without the prefix length.
std::string address_text(const Address& address);
std::string host_text(const Address& address);

}  // namespace banco::scenario
