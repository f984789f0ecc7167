// Frames for tests of the wire: numbered, of any size.
#pragma once

#include <cstring>
#include <vector>

#include "impl/vde/ethernet.hh"

namespace banco::wire {

inline std::vector<std::byte> numbered_frame(std::uint64_t number, std::size_t size_bytes = 100) {
  std::vector<std::byte> frame(size_bytes);
  frame[0] = frame[6] = std::byte{2};
  vde::store16(frame, vde::kEtherTypeOffset, 0x88b5);
  std::memcpy(frame.data() + vde::kEthernetHeaderBytes, &number, sizeof(number));
  return frame;
}

inline std::uint64_t number_of(std::span<const std::byte> frame) {
  std::uint64_t number = 0;
  std::memcpy(&number, frame.data() + vde::kEthernetHeaderBytes, sizeof(number));
  return number;
}

}  // namespace banco::wire
