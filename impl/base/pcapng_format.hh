// Numbers of the pcapng format that writer and reader share.
// Source: draft-ietf-opsawg-pcapng, sections 3.1, 3.5 and 4.
#pragma once

#include <cstdint>

namespace banco::base::pcapng {

constexpr std::uint32_t kSectionHeader = 0x0a0d0d0a;
constexpr std::uint32_t kInterfaceDescription = 1;
constexpr std::uint32_t kInterfaceStatistics = 5;
constexpr std::uint32_t kEnhancedPacket = 6;
constexpr std::uint32_t kByteOrderMagic = 0x1a2b3c4d;
constexpr std::uint16_t kLinkTypeEthernet = 1;
constexpr std::uint8_t kNanoseconds = 9;  // if_tsresol: 10^-9 s

// Options; the same code means something else in each block.
constexpr std::uint16_t kEndOfOptions = 0;
constexpr std::uint16_t kSectionOperatingSystem = 3;
constexpr std::uint16_t kSectionApplication = 4;
constexpr std::uint16_t kInterfaceName = 2;
constexpr std::uint16_t kInterfaceDescriptionText = 3;
constexpr std::uint16_t kInterfaceTimeResolution = 9;
constexpr std::uint16_t kPacketFlags = 2;
constexpr std::uint16_t kStatisticsReceived = 4;
constexpr std::uint16_t kStatisticsDropped = 5;

}  // namespace banco::base::pcapng
