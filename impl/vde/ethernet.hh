// Ethernet frames as VDE carries them: sizes, addresses, the 802.1Q tag.
// What every switch and plug of impl/ reads from a frame before it decides where the frame goes.
//
// Shape   0            6            12     14
//         | destination | source    | type | payload …                       untagged
//         | destination | source    | 8100 | TCI  | type | payload …         tagged: 12, 14, 16, 18
//         TCI: PCP 3 bits, DEI 1 bit, VID 12 bits. No preamble, no frame check sequence, no padding to 60
//         bytes.
// Units   bytes. An address is a number: 48 bits, the first byte on the wire the most significant.
// Order   network byte order in the frame, host order in values.
// Trust   frames are hostile; functions that take a frame require 14 bytes of it and check the rest.
// Source  IEEE 802.3-2018 3.2, IEEE 802.1Q-2018 9.6; VDE_MAXMTU and VDE_ETHBUFSIZE of libvdeplug.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "impl/vde/wire.hh"

namespace banco::vde {

constexpr std::size_t kEthernetHeaderBytes = 14;
constexpr std::size_t kVlanTagBytes = 4;
constexpr std::size_t kMinFrameBytes = kEthernetHeaderBytes;
constexpr std::size_t kMaxMtuBytes = 9216;
constexpr std::size_t kMaxFrameBytes = kMaxMtuBytes + kEthernetHeaderBytes + kVlanTagBytes;
static_assert(kMaxFrameBytes == 9234);

constexpr std::size_t kEtherTypeOffset = 12;
constexpr std::uint16_t kEtherTypeIpv4 = 0x0800;
constexpr std::uint16_t kEtherTypeVlan = 0x8100;
constexpr std::uint16_t kEtherTypeIpv6 = 0x86dd;

constexpr std::uint64_t kBroadcastAddress = 0xffff'ffff'ffff;

// Multicast or broadcast: the bit that goes over the wire first.
constexpr bool is_group(std::uint64_t address) noexcept {
  return (address >> 40 & 1) != 0;
}

// Requires: frame.size() >= kMinFrameBytes.
constexpr std::uint64_t destination_of(std::span<const std::byte> frame) noexcept {
  return std::uint64_t{load32(frame, 0)} << 16 | load16(frame, 4);
}
constexpr std::uint64_t source_of(std::span<const std::byte> frame) noexcept {
  return std::uint64_t{load16(frame, 6)} << 32 | load32(frame, 8);
}

struct VlanTag {
  std::uint16_t tci = 0;

  constexpr std::uint16_t vid() const noexcept { return tci & 0xfff; }
  constexpr bool dei() const noexcept { return (tci & 0x1000) != 0; }
  constexpr std::uint8_t pcp() const noexcept { return static_cast<std::uint8_t>(tci >> 13); }
  bool operator==(const VlanTag&) const = default;
};

// The tag behind the addresses, if there is one that is all there. VID 0 is a tag too (priority only);
// service tags (88a8) are payload to us. Requires: frame.size() >= kMinFrameBytes.
constexpr std::optional<VlanTag> vlan_tag_of(std::span<const std::byte> frame) noexcept {
  if (load16(frame, kEtherTypeOffset) != kEtherTypeVlan) return std::nullopt;
  if (frame.size() < kEthernetHeaderBytes + kVlanTagBytes) return std::nullopt;
  return VlanTag{load16(frame, kEtherTypeOffset + 2)};
}

// "52:54:00:12:34:56", lower case.
constexpr std::string to_text(std::uint64_t address) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (int shift = 44; shift >= 0; shift -= 4) {
    text += kDigits[address >> shift & 0xf];
    if (shift % 8 == 0 && shift != 0) text += ':';
  }
  return text;
}

// Reads what to_text() writes, upper case too; nothing else.
constexpr std::optional<std::uint64_t> address_from_text(std::string_view text) noexcept {
  if (text.size() != 17) return std::nullopt;
  std::uint64_t address = 0;
  for (std::size_t index = 0; index < text.size(); ++index) {
    const char letter = text[index];
    if (index % 3 == 2) {
      if (letter != ':') return std::nullopt;
      continue;
    }
    int digit = 0;
    if (letter >= '0' && letter <= '9') {
      digit = letter - '0';
    } else if (letter >= 'a' && letter <= 'f') {
      digit = letter - 'a' + 10;
    } else if (letter >= 'A' && letter <= 'F') {
      digit = letter - 'A' + 10;
    } else {
      return std::nullopt;
    }
    address = address << 4 | static_cast<std::uint64_t>(digit);
  }
  return address;
}

}  // namespace banco::vde
