// Fields of packets: unsigned integers in network byte order, at any alignment.
// Below everything else of impl/vde; g++ makes one load or store of each.
//
// Order  big-endian in the packet, host order in values.
// Trust  nothing is checked: Requires that the field lies inside `bytes`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace banco::vde {

constexpr std::uint8_t load8(std::span<const std::byte> bytes, std::size_t offset) noexcept {
  return std::to_integer<std::uint8_t>(bytes[offset]);
}

constexpr std::uint16_t load16(std::span<const std::byte> bytes, std::size_t offset) noexcept {
  return static_cast<std::uint16_t>(load8(bytes, offset) << 8 | load8(bytes, offset + 1));
}

constexpr std::uint32_t load32(std::span<const std::byte> bytes, std::size_t offset) noexcept {
  return std::uint32_t{load16(bytes, offset)} << 16 | load16(bytes, offset + 2);
}

constexpr void store8(std::span<std::byte> bytes, std::size_t offset, std::uint8_t value) noexcept {
  bytes[offset] = std::byte{value};
}

constexpr void store16(std::span<std::byte> bytes, std::size_t offset, std::uint16_t value) noexcept {
  store8(bytes, offset, static_cast<std::uint8_t>(value >> 8));
  store8(bytes, offset + 1, static_cast<std::uint8_t>(value & 0xff));
}

constexpr void store32(std::span<std::byte> bytes, std::size_t offset, std::uint32_t value) noexcept {
  store16(bytes, offset, static_cast<std::uint16_t>(value >> 16));
  store16(bytes, offset + 2, static_cast<std::uint16_t>(value & 0xffff));
}

}  // namespace banco::vde
