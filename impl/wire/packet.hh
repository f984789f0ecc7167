// What queue management looks for in a frame: its flow, and the two bits of ECN.
//
// Trust   frames are hostile: every length is checked; what cannot be read belongs to the flow of its
// addresses. Source  RFC 3168 5 (ECN), RFC 1624 (checksum updates), RFC 8290 4.1 (flows).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace banco::wire {

// The same for all frames of one TCP or UDP flow; other packets by their IP addresses and protocol, other
// frames by their Ethernet addresses.
std::uint64_t flow_of(std::span<const std::byte> frame, std::uint64_t seed) noexcept;

// Sets Congestion Experienced where the sender said that it understands it. False when it did not.
bool mark_congestion(std::span<std::byte> frame) noexcept;

}  // namespace banco::wire
