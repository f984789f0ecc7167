#include "impl/vde/frame_headers.hh"

#include "impl/vde/ethernet.hh"
#include "impl/vde/wire.hh"

namespace banco::vde {
namespace {

constexpr std::size_t kIpv4HeaderBytes = 20;
constexpr std::uint8_t kHopByHop = 0;
constexpr std::uint8_t kRouting = 43;
constexpr std::uint8_t kDestinationOptions = 60;

constexpr std::uint16_t narrow(std::size_t offset) noexcept {  // offsets end at kMaxHeaderBytes
  return static_cast<std::uint16_t>(offset);
}

bool has(std::span<const std::byte> head, std::size_t offset, std::size_t size_bytes) noexcept {
  return offset <= head.size() && size_bytes <= head.size() - offset;
}

bool read_ipv4(std::span<const std::byte> head, std::size_t frame_bytes, FrameHeaders& headers) noexcept {
  const std::size_t at = headers.network;
  if (!has(head, at, kIpv4HeaderBytes) || load8(head, at) >> 4 != 4) return false;
  const std::size_t header_bytes = (load8(head, at) & 0xfu) * 4;
  if (header_bytes < kIpv4HeaderBytes || !has(head, at, header_bytes)) return false;
  const std::uint16_t total_bytes = load16(head, at + 2);
  if (total_bytes != 0 && total_bytes != frame_bytes - at) return false;
  if ((load16(head, at + 6) & 0x3fff) != 0) return false;  // more fragments, or an offset
  headers.protocol = load8(head, at + 9);
  headers.transport = headers.fragment = narrow(at + header_bytes);
  return true;
}

bool read_ipv6(std::span<const std::byte> head, std::size_t frame_bytes, FrameHeaders& headers) noexcept {
  const std::size_t at = headers.network;
  if (!has(head, at, kIpv6HeaderBytes) || load8(head, at) >> 4 != 6) return false;
  const std::uint16_t payload_bytes = load16(head, at + 4);
  if (payload_bytes != 0 && payload_bytes != frame_bytes - at - kIpv6HeaderBytes) return false;
  headers.is_ipv6 = true;
  std::size_t next_header_at = at + 6;
  std::size_t end = at + kIpv6HeaderBytes;
  headers.fragment_next_header = narrow(next_header_at);
  headers.fragment = narrow(end);
  for (int count = 0; count <= kMaxExtensionHeaders; ++count) {
    const std::uint8_t kind = load8(head, next_header_at);
    if (kind == kProtocolTcp || kind == kProtocolUdp) {
      headers.protocol = kind;
      headers.transport = narrow(end);
      return true;
    }
    if (kind != kRouting && kind != kDestinationOptions && !(kind == kHopByHop && count == 0)) return false;
    if (!has(head, end, 8)) return false;
    const std::size_t extension_bytes = (load8(head, end + 1) + std::size_t{1}) * 8;
    if (!has(head, end, extension_bytes)) return false;
    if (kind == kRouting && load8(head, end + 3) != 0) return false;  // segments left
    next_header_at = end;
    end += extension_bytes;
    if (kind != kDestinationOptions) {
      headers.fragment_next_header = narrow(next_header_at);
      headers.fragment = narrow(end);
    }
  }
  return false;
}

bool read_transport(std::span<const std::byte> head, FrameHeaders& headers) noexcept {
  const std::size_t at = headers.transport;
  std::size_t header_bytes = 8;
  if (headers.protocol == kProtocolTcp) {
    if (!has(head, at, 20)) return false;
    header_bytes = (load8(head, at + 12) >> 4) * std::size_t{4};
    if (header_bytes < 20) return false;
  } else if (headers.protocol != kProtocolUdp) {
    return false;
  }
  if (!has(head, at, header_bytes)) return false;
  headers.payload = narrow(at + header_bytes);
  return true;
}

}  // namespace

std::optional<FrameHeaders> read_headers(std::span<const std::byte> head, std::size_t frame_bytes) noexcept {
  if (head.size() < kMinFrameBytes) return std::nullopt;
  const bool is_tagged = vlan_tag_of(head).has_value();
  FrameHeaders headers;
  headers.network = narrow(kEthernetHeaderBytes + (is_tagged ? kVlanTagBytes : 0));
  const std::uint16_t type = load16(head, headers.network - std::size_t{2});
  const bool is_understood = type == kEtherTypeIpv4   ? read_ipv4(head, frame_bytes, headers)
                             : type == kEtherTypeIpv6 ? read_ipv6(head, frame_bytes, headers)
                                                      : false;
  if (!is_understood || !read_transport(head, headers)) return std::nullopt;
  return headers;
}

}  // namespace banco::vde
