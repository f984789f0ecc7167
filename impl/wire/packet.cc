#include "impl/wire/packet.hh"

#include "impl/vde/ethernet.hh"

namespace banco::wire {
namespace {

constexpr std::size_t kIpv4HeaderBytes = 20;
constexpr std::size_t kIpv6HeaderBytes = 40;
constexpr std::uint8_t kProtocolTcp = 6;
constexpr std::uint8_t kProtocolUdp = 17;
constexpr std::uint8_t kEcnMask = 3;  // 0: not capable, 3: congestion experienced

struct Packet {
  std::size_t offset;  // of the IP header
  int version;         // 4, 6, or 0 for anything else
};

// Where the IP header lies, with all its fixed fields inside the frame.
Packet packet_in(std::span<const std::byte> frame) noexcept {
  std::size_t offset = vde::kEtherTypeOffset;
  while (frame.size() >= offset + vde::kVlanTagBytes + 2 && vde::load16(frame, offset) == vde::kEtherTypeVlan)
    offset += vde::kVlanTagBytes;
  if (frame.size() < offset + 2) return {0, 0};
  const std::uint16_t type = vde::load16(frame, offset);
  offset += 2;
  if (type == vde::kEtherTypeIpv4 && frame.size() >= offset + kIpv4HeaderBytes &&
      vde::load8(frame, offset) >> 4 == 4)
    return {offset, 4};
  if (type == vde::kEtherTypeIpv6 && frame.size() >= offset + kIpv6HeaderBytes &&
      vde::load8(frame, offset) >> 4 == 6)
    return {offset, 6};
  return {0, 0};
}

// FNV-1a, then mixed, since only some bits are used.
std::uint64_t hash_of(std::uint64_t seed, std::span<const std::byte> bytes) noexcept {
  std::uint64_t hash = seed ^ 0xcbf29ce484222325;
  for (const std::byte byte : bytes) hash = (hash ^ std::to_integer<std::uint64_t>(byte)) * 0x100000001b3;
  return hash ^ hash >> 32;
}

}  // namespace

std::uint64_t flow_of(std::span<const std::byte> frame, std::uint64_t seed) noexcept {
  const auto [offset, version] = packet_in(frame);
  if (version == 0) return hash_of(seed, frame.first(std::min(frame.size(), std::size_t{12})));
  const auto packet = frame.subspan(offset);
  std::uint8_t protocol = 0;
  std::size_t header_bytes = 0;
  bool is_fragment = false;
  std::uint64_t hash = 0;
  if (version == 4) {
    protocol = vde::load8(packet, 9);
    header_bytes = std::size_t{vde::load8(packet, 0)} % 16 * 4;
    is_fragment = (vde::load16(packet, 6) & 0x3fff) != 0;
    hash = hash_of(seed ^ protocol, packet.subspan(12, 8));
  } else {
    protocol = vde::load8(packet, 6);
    header_bytes = kIpv6HeaderBytes;
    hash = hash_of(seed ^ protocol, packet.subspan(8, 32));
  }
  if ((protocol != kProtocolTcp && protocol != kProtocolUdp) || is_fragment ||
      packet.size() < header_bytes + 4)
    return hash;
  return hash_of(hash, packet.subspan(header_bytes, 4));  // the ports
}

bool mark_congestion(std::span<std::byte> frame) noexcept {
  const auto [offset, version] = packet_in(frame);
  if (version == 0) return false;
  const auto packet = frame.subspan(offset);
  if (version == 6) {
    // Traffic class: four bits in the first byte, four in the second; ECN are the last two of it.
    const std::uint8_t byte = vde::load8(packet, 1);
    if ((byte >> 4 & kEcnMask) == 0) return false;
    packet[1] = std::byte(byte | kEcnMask << 4);
    return true;
  }
  const std::uint16_t before = vde::load16(packet, 0);
  if ((before & kEcnMask) == 0) return false;
  const auto after = static_cast<std::uint16_t>(before | kEcnMask);
  packet[1] = std::byte(after & 0xff);
  // The header's checksum, without reading the rest of the header: HC' = ~(~HC + ~m + m').
  std::uint32_t sum = static_cast<std::uint16_t>(~vde::load16(packet, 10));
  sum += static_cast<std::uint16_t>(~before);
  sum += after;
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  vde::store16(packet, 10, static_cast<std::uint16_t>(~sum));
  return true;
}

}  // namespace banco::wire
