#include "harness/lab/frame_summary.hh"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace banco::lab {
namespace {

using Bytes = std::span<const std::byte>;

// Big-endian; 0 beyond the end.
std::uint32_t number_at(Bytes bytes, std::size_t offset, std::size_t size_bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = offset; i < offset + size_bytes; ++i)
    value = value << 8 | (i < bytes.size() ? std::to_integer<std::uint32_t>(bytes[i]) : 0);
  return value;
}

Bytes from(Bytes bytes, std::size_t offset) {
  return bytes.subspan(std::min(offset, bytes.size()));
}

std::string mac_at(Bytes frame, std::size_t offset) {
  std::string text;
  for (std::size_t i = 0; i < 6; ++i)
    text += fmt::format("{}{:02x}", i == 0 ? "" : ":", number_at(frame, offset + i, 1));
  return text;
}

std::string address_at(Bytes packet, std::size_t offset, int family) {
  const std::size_t size_bytes = family == AF_INET ? 4 : 16;
  if (packet.size() < offset + size_bytes) return "?";
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(family, packet.data() + offset, text.data(), text.size());
  return text.data();
}

std::string tcp_flags(std::uint32_t flags) {
  constexpr std::pair<std::uint32_t, char> kFlags[]{{2, 'S'}, {1, 'F'}, {4, 'R'}, {8, 'P'}, {16, '.'}};
  std::string text;
  for (const auto& [bit, letter] : kFlags)
    if ((flags & bit) != 0) text += letter;
  return text;
}

std::string icmp(Bytes segment, std::uint32_t request, std::uint32_t reply) {
  const std::uint32_t type = number_at(segment, 0, 1);
  if (type == request || type == reply)
    return fmt::format(" echo {} {}", type == request ? "request" : "reply", number_at(segment, 6, 2));
  return fmt::format(" type {} code {}", type, number_at(segment, 1, 1));
}

// `protocol` is IPv4's or IPv6's number of what is inside; fragments but the first hold no header of it.
std::string ip(const std::string& source, const std::string& destination, std::uint32_t protocol,
               Bytes segment, bool first_fragment) {
  const std::string ends = fmt::format("{} > {}", source, destination);
  if (!first_fragment) return ends + " fragment";
  if (protocol == IPPROTO_ICMP) return ends + " ICMP" + icmp(segment, 8, 0);
  if (protocol == IPPROTO_ICMPV6) return ends + " ICMPv6" + icmp(segment, 128, 129);
  if (protocol != IPPROTO_TCP && protocol != IPPROTO_UDP)
    return fmt::format("{} protocol {}", ends, protocol);
  const std::string ports =
      fmt::format("{}.{} > {}.{}", source, number_at(segment, 0, 2), destination, number_at(segment, 2, 2));
  if (protocol == IPPROTO_UDP) return ports + " UDP";
  return fmt::format("{} TCP [{}] seq {}", ports, tcp_flags(number_at(segment, 13, 1)),
                     number_at(segment, 4, 4));
}

std::string ipv4(Bytes packet) {
  const std::size_t header_bytes = (number_at(packet, 0, 1) & 0xf) * std::size_t{4};
  return ip(address_at(packet, 12, AF_INET), address_at(packet, 16, AF_INET), number_at(packet, 9, 1),
            from(packet, header_bytes), (number_at(packet, 6, 2) & 0x1fff) == 0);
}

std::string ipv6(Bytes packet) {
  return ip(address_at(packet, 8, AF_INET6), address_at(packet, 24, AF_INET6), number_at(packet, 6, 1),
            from(packet, 40), true);
}

std::string arp(Bytes packet) {
  const std::string sender = address_at(packet, 14, AF_INET);
  if (number_at(packet, 6, 2) == 1)
    return fmt::format("ARP who has {}, tell {}", address_at(packet, 24, AF_INET), sender);
  return fmt::format("ARP {} is at {}", sender, mac_at(packet, 8));
}

}  // namespace

std::string frame_summary(Bytes frame) {
  if (frame.size() < 14) return "a frame without a header";
  std::string tags;
  std::size_t offset = 12;
  for (; number_at(frame, offset, 2) == 0x8100 && offset < frame.size(); offset += 4)
    tags += fmt::format("VLAN {} ", number_at(frame, offset + 2, 2) & 0xfff);
  const std::uint32_t type = number_at(frame, offset, 2);
  const Bytes packet = from(frame, offset + 2);
  if (type == 0x0800) return tags + ipv4(packet);
  if (type == 0x86dd) return tags + ipv6(packet);
  if (type == 0x0806) return tags + arp(packet);
  return fmt::format("{}{} > {} type {:#06x}", tags, mac_at(frame, 6), mac_at(frame, 0), type);
}

}  // namespace banco::lab
