// FrameHeaders: where the headers of a TCP or UDP frame lie, found by walking them; no length field is
// believed. offload_plan.cc asks it, because what a guest says about its headers (hdr_len) need not be so.
//
// Shape   0          network              fragment          transport           payload
//         | Ethernet, | IPv4 with options  |                 | TCP with options  | …
//         | one tag   | IPv6, hop-by-hop,  | destination     | or UDP            |
//         |           | routing headers    | options         |                   |
//         A fragment header would go to `fragment`, announced by the byte at `fragment_next_header` (IPv6);
//         in IPv4 `fragment` is `transport`.
// Units   bytes from the start of the frame.
// Trust   the frame is hostile. Every offset given out lies in `head`, in the order of the picture.
// Source  RFC 791 3.1, RFC 793 3.1, RFC 768, RFC 8200 3, 4 and 4.5.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace banco::vde {

// Headers that are longer are not understood: Ethernet, tag, IPv6, TCP with all options and 390 bytes of
// extension headers.
constexpr std::size_t kMaxHeaderBytes = 512;
constexpr int kMaxExtensionHeaders = 8;

constexpr std::size_t kIpv6HeaderBytes = 40;

constexpr std::uint8_t kProtocolTcp = 6;
constexpr std::uint8_t kProtocolUdp = 17;

struct FrameHeaders {
  bool is_ipv6 = false;
  std::uint8_t protocol = 0;
  std::uint16_t network = 0;
  std::uint16_t fragment = 0;
  std::uint16_t fragment_next_header = 0;
  std::uint16_t transport = 0;
  std::uint16_t payload = 0;
};

// Reads the headers of a frame of `frame_bytes` from `head`, its first bytes. Nothing when they are not all
// in `head`, and for what cannot be split: fragments, encryption, protocols other than TCP and UDP, IPv6
// routing headers with segments left (the checksum would need the last destination), more than
// kMaxExtensionHeaders, and an IP length that is neither the frame's nor 0 (left to the device). Requires:
// head.size() <= kMaxHeaderBytes, head.size() <= frame_bytes.
std::optional<FrameHeaders> read_headers(std::span<const std::byte> head, std::size_t frame_bytes) noexcept;

}  // namespace banco::vde
