// Where fields lie in the headers of IP, TCP and UDP, for offload.cc and coalescer.cc.
//
// Units   bytes from the start of the header.
// Source  RFC 791 3.1, RFC 8200 3, RFC 793 3.1, RFC 768.
#pragma once

#include <cstddef>
#include <cstdint>

namespace banco::vde {

constexpr std::size_t kIpv4TotalLength = 2;
constexpr std::size_t kIpv4Identification = 4;
constexpr std::size_t kIpv4Fragment = 6;
constexpr std::size_t kIpv4Checksum = 10;
constexpr std::size_t kIpv4Addresses = 12;
constexpr std::size_t kIpv4Options = 20;
constexpr std::size_t kIpv6PayloadLength = 4;
constexpr std::size_t kIpv6Addresses = 8;
constexpr std::size_t kTcpSequence = 4;
constexpr std::size_t kTcpFlags = 12;  // with the data offset: a word
constexpr std::size_t kTcpChecksum = 16;
constexpr std::size_t kUdpLength = 4;
constexpr std::size_t kUdpChecksum = 6;
constexpr std::size_t kFragmentHeaderBytes = 8;

constexpr std::uint16_t kTcpFin = 0x01;
constexpr std::uint16_t kTcpPush = 0x08;
constexpr std::uint16_t kTcpCwr = 0x80;
constexpr std::uint16_t kIpv4MoreFragments = 0x2000;
constexpr std::uint16_t kTcpAck = 0x10;

}  // namespace banco::vde
