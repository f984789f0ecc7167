// Frames for the tests and benchmarks of this folder: built byte by byte, and plain frames taken apart again.
// Independent of the code under test on purpose: it shares no parser, no checksum and no offset with it.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <random>
#include <span>
#include <vector>

#include "impl/vde/virtio_net_header.hh"

namespace banco::vde {

using Bytes = std::vector<std::byte>;

inline Bytes bytes_of(std::initializer_list<int> values) {
  Bytes bytes;
  for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

inline void append(Bytes& bytes, std::span<const std::byte> more) {
  bytes.insert(bytes.end(), more.begin(), more.end());
}

// `size` bytes of `value`, most significant first.
inline void put(Bytes& bytes, std::size_t at, std::size_t size, std::uint64_t value) {
  for (std::size_t index = 0; index < size; ++index)
    bytes.at(at + index) = static_cast<std::byte>(value >> 8 * (size - 1 - index) & 0xff);
}
inline std::uint64_t get(const Bytes& bytes, std::size_t at, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t index = 0; index < size; ++index)
    value = value << 8 | std::to_integer<std::uint64_t>(bytes.at(at + index));
  return value;
}

inline Bytes random_bytes(std::size_t size, std::mt19937& random) {
  Bytes bytes(size);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random() & 0xff);
  return bytes;
}

// The one's complement sum, the slow way.
inline std::uint16_t naive_sum(const Bytes& bytes) {
  std::uint32_t sum = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    sum += std::to_integer<std::uint32_t>(bytes[at]) << (at % 2 == 0 ? 8 : 0);
    if (sum > 0xffff) sum -= 0xffff;
  }
  return static_cast<std::uint16_t>(sum);
}
inline std::uint16_t naive_checksum(const Bytes& bytes) {
  return static_cast<std::uint16_t>(~naive_sum(bytes));
}

struct FrameShape {
  bool is_ipv6 = false;
  bool is_tcp = true;
  bool is_tagged = false;
  Bytes ipv4_options{};      // a multiple of 4
  Bytes extensions{};        // IPv6, with a right length byte each; the next header of the last is filled in
  std::vector<int> kinds{};  // IPv6, of the extensions
  std::size_t tcp_option_bytes = 0;
  std::size_t payload_bytes = 0;
  int tcp_flags = 0x10;
  std::uint32_t sequence = 1000;
  std::uint16_t identification = 77;
  std::uint16_t fragment_word = 0x4000;
  std::uint8_t gso_type = VIRTIO_NET_HDR_GSO_NONE;
  std::uint16_t gso_size = 0;
  bool needs_checksum = true;  // else the checksum is complete
};

struct TestFrame {
  virtio_net_hdr_v1 header{};
  Bytes frame{};
  std::size_t network = 0;
  std::size_t transport = 0;
  std::size_t payload = 0;
  std::size_t checksum_field() const { return transport + header.csum_offset; }
};

// An IPv6 extension header without its next header: `blocks` times 8 bytes.
inline Bytes extension_of(std::size_t blocks) {
  Bytes extension(8 * blocks);
  put(extension, 1, 1, blocks - 1);
  put(extension, 2, 1, 0);
  return extension;
}

inline Bytes pseudo_header_of(const Bytes& frame, std::size_t network, bool is_ipv6, int protocol,
                              std::size_t length_bytes) {
  const auto at = frame.begin() + static_cast<std::ptrdiff_t>(network);
  Bytes pseudo = is_ipv6 ? Bytes(at + 8, at + 40) : Bytes(at + 12, at + 20);
  const std::size_t end = pseudo.size();
  pseudo.resize(end + 8);
  put(pseudo, end, 4, length_bytes);
  put(pseudo, end + 4, 4, static_cast<std::uint64_t>(protocol));
  return pseudo;
}

inline TestFrame build(const FrameShape& shape, std::mt19937& random) {
  TestFrame built;
  Bytes& frame = built.frame;
  frame = bytes_of({0x52, 0x54, 0, 0, 0, 1, 0x52, 0x54, 0, 0, 0, 2});
  if (shape.is_tagged) append(frame, bytes_of({0x81, 0x00, 0x60, 0x2a}));
  append(frame, shape.is_ipv6 ? bytes_of({0x86, 0xdd}) : bytes_of({0x08, 0x00}));
  built.network = frame.size();
  const int protocol = shape.is_tcp ? 6 : 17;
  const std::size_t transport_bytes = shape.is_tcp ? 20 + shape.tcp_option_bytes : 8;
  const std::size_t whole_bytes = transport_bytes + shape.payload_bytes;
  append(frame, random_bytes(shape.is_ipv6 ? 40 : 20, random));
  if (shape.is_ipv6) {
    put(frame, built.network, 1, 0x60);
    put(frame, built.network + 4, 2, shape.extensions.size() + whole_bytes);
    std::size_t next_header = built.network + 6;
    for (const int kind : shape.kinds) {
      put(frame, next_header, 1, static_cast<std::uint64_t>(kind));
      next_header = frame.size();
      const std::size_t at = frame.size() - built.network - 40;
      const std::size_t size = (get(shape.extensions, at + 1, 1) + 1) * 8;
      append(frame, std::span(shape.extensions).subspan(at, size));
    }
    put(frame, next_header, 1, static_cast<std::uint64_t>(protocol));
  } else {
    put(frame, built.network, 1, 0x45 + shape.ipv4_options.size() / 4);
    put(frame, built.network + 2, 2, 20 + shape.ipv4_options.size() + whole_bytes);
    put(frame, built.network + 4, 2, shape.identification);
    put(frame, built.network + 6, 2, shape.fragment_word);
    put(frame, built.network + 9, 1, static_cast<std::uint64_t>(protocol));
    put(frame, built.network + 10, 2, 0);
    append(frame, shape.ipv4_options);
    const Bytes header(frame.begin() + static_cast<std::ptrdiff_t>(built.network), frame.end());
    put(frame, built.network + 10, 2, naive_checksum(header));
  }
  built.transport = frame.size();
  append(frame, random_bytes(transport_bytes, random));
  built.payload = frame.size();
  append(frame, random_bytes(shape.payload_bytes, random));
  if (shape.is_tcp) {
    put(frame, built.transport + 4, 4, shape.sequence);
    put(frame, built.transport + 12, 1, transport_bytes / 4 << 4);
    put(frame, built.transport + 13, 1, static_cast<std::uint64_t>(shape.tcp_flags));
  } else {
    put(frame, built.transport + 4, 2, whole_bytes);
  }
  built.header.gso_type = shape.gso_type;
  built.header.gso_size = shape.gso_size;
  built.header.csum_start = static_cast<std::uint16_t>(built.transport);
  built.header.csum_offset = shape.is_tcp ? 16 : 6;
  Bytes summed = pseudo_header_of(frame, built.network, shape.is_ipv6, protocol, whole_bytes);
  put(frame, built.checksum_field(), 2, 0);
  if (shape.needs_checksum) {
    built.header.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
    put(frame, built.checksum_field(), 2, naive_sum(summed));
  } else {
    append(summed, std::span(frame).subspan(built.transport));
    put(frame, built.checksum_field(), 2, naive_checksum(summed));
  }
  frame.shrink_to_fit();  // so that AddressSanitizer sees one byte too far
  return built;
}

// Where things lie in a plain frame that is no fragment, after its lengths and checksums were found right.
struct PlainParts {
  std::size_t network = 0;
  std::size_t transport = 0;
  std::size_t payload = 0;
};

// Requires the same headers as `input`: only what may change is looked at.
inline PlainParts check_plain(const Bytes& plain, const TestFrame& input, bool is_ipv6, bool is_tcp) {
  const PlainParts parts{input.network, input.transport, input.payload};
  EXPECT_GE(plain.size(), parts.payload);
  if (plain.size() < parts.payload) return parts;
  if (is_ipv6) {
    EXPECT_EQ(get(plain, parts.network + 4, 2), plain.size() - parts.network - 40) << "payload length";
  } else {
    EXPECT_EQ(get(plain, parts.network + 2, 2), plain.size() - parts.network) << "total length";
    const auto start = plain.begin();
    EXPECT_EQ(naive_sum(Bytes(start + static_cast<std::ptrdiff_t>(parts.network),
                              start + static_cast<std::ptrdiff_t>(parts.transport))),
              0xffff)
        << "header checksum";
  }
  const std::size_t whole_bytes = plain.size() - parts.transport;
  if (!is_tcp) {
    EXPECT_EQ(get(plain, parts.transport + 4, 2), whole_bytes) << "UDP length";
    EXPECT_NE(get(plain, parts.transport + 6, 2), 0u) << "UDP checksum";
  }
  Bytes summed = pseudo_header_of(plain, parts.network, is_ipv6, is_tcp ? 6 : 17, whole_bytes);
  append(summed, std::span(plain).subspan(parts.transport));
  EXPECT_EQ(naive_sum(summed), 0xffff) << "checksum";
  return parts;
}

}  // namespace banco::vde
