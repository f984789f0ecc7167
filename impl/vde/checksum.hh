// InternetSum: the checksum of IP, TCP and UDP, over any number of pieces of any length and alignment.
// offload.cc fills in with it what a guest left to its "hardware".
//
// Order   words are summed as they lie in memory; byte order matters only where a value goes in or out
//         (RFC 1071, 2(B)).
// Source  RFC 1071; pseudo-headers RFC 768, RFC 793 3.1, RFC 8200 8.1.
#pragma once

#include <endian.h>

#include <cstddef>
#include <cstdint>
#include <span>

namespace banco::vde {

class InternetSum {
 public:
  // The next piece of the message, which may be odd; an odd end of the message counts as padded by a zero.
  void add(std::span<const std::byte> bytes) noexcept;
  // The next field of the message. Requires: an even number of bytes before it.
  void add16(std::uint16_t value) noexcept { sum_ += htobe16(value); }
  void add32(std::uint32_t value) noexcept { sum_ += htobe32(value); }

  // The one's complement sum, 0 only if everything was 0. Over a message with a right checksum in it: 0xffff.
  std::uint16_t folded() const noexcept;
  // What belongs into the checksum field.
  std::uint16_t checksum() const noexcept { return static_cast<std::uint16_t>(~folded()); }
  // The same for UDP, where 0 would say that there is no checksum (RFC 768). Other protocols take it too:
  // 0xffff and 0 are the same number in one's complement.
  std::uint16_t nonzero_checksum() const noexcept;

 private:
  std::uint64_t sum_ = 0;  // at most 32 bits are added at a time: room for 2³² pieces and fields
  bool is_odd_ = false;
};

// The checksum of one piece.
std::uint16_t internet_checksum(std::span<const std::byte> bytes) noexcept;

// The pseudo-header before a TCP segment or UDP datagram of `length_bytes`. `addresses`: source and
// destination as they follow each other in the IP header, from its byte 12 (IPv4) or 8 (IPv6).
InternetSum ipv4_pseudo_header(std::span<const std::byte, 8> addresses, std::uint8_t protocol,
                               std::uint16_t length_bytes) noexcept;
InternetSum ipv6_pseudo_header(std::span<const std::byte, 32> addresses, std::uint8_t protocol,
                               std::uint32_t length_bytes) noexcept;

}  // namespace banco::vde
