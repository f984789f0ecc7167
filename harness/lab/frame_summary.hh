// A frame in a few words: "ARP who has 10.0.0.2", "10.0.0.1 > 10.0.0.2 ICMP echo request 3".
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace banco::lab {

// Trust: the bytes may be anything, and may end anywhere; what cannot be read is left out.
std::string frame_summary(std::span<const std::byte> frame);

}  // namespace banco::lab
