// PcapngBuffer: a capture in the making, blocks of a pcapng file in memory of a fixed size.
// Whoever has frames adds them and never waits; whoever has a file or a pipe takes the bytes out and writes
// them. What finds no room is refused whole, for the caller to count: the file stays one that can be read.
//
// Shape: Section Header (0x0a0d0d0a), Interface Description (1), Enhanced Packet (6) and Interface
// Statistics (5) blocks, each padded to four bytes with its length at both ends; texts are options.
// Units: time is nanoseconds since 1970 (if_tsresol 9), lengths are bytes. Order: the host's, which the
// section header tells readers. Threads: none of its own; one at a time.
// Source: draft-ietf-opsawg-pcapng, sections 4.1 to 4.4 and 4.6.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace banco::base {

// As seen from the interface (epb_flags).
enum class PcapngDirection : std::uint32_t { kUnknown = 0, kInbound = 1, kOutbound = 2 };

struct PcapngPacket {
  std::uint32_t interface = 0;  // which one, in the order in which they were added
  std::uint64_t time_ns = 0;
  PcapngDirection direction = PcapngDirection::kUnknown;
  std::span<const std::byte> bytes;  // what was captured of it
  std::uint32_t original_bytes = 0;  // how long it was
};

struct PcapngCounts {
  std::uint64_t received_count = 0;
  std::uint64_t dropped_count = 0;
};

// "Linux 6.1.0", for the section's header.
std::string operating_system_text();

class PcapngBuffer {
 public:
  // Allocates once. Requires: room for the longest packet and some 200 bytes more.
  explicit PcapngBuffer(std::size_t capacity_bytes);

  // Each returns false, and has added nothing, when there is no room. Texts are cut at 1024 bytes.
  // Begins a file. The operating system and the program that captures.
  bool add_section(std::string_view operating_system, std::string_view application) noexcept;
  // An Ethernet interface. Packets longer than `snapshot_bytes` are cut by whoever adds them.
  bool add_interface(std::string_view name, std::string_view description,
                     std::uint32_t snapshot_bytes) noexcept;
  bool add_packet(const PcapngPacket& packet) noexcept;
  // At the end, for each interface.
  bool add_statistics(std::uint32_t interface, std::uint64_t time_ns, PcapngCounts counts) noexcept;

  // What is to be written next, whole blocks and the rest of one that was written in part.
  std::span<const std::byte> bytes() const noexcept { return {data_.get() + begin_, end_ - begin_}; }
  // The first `size_bytes` of bytes() are written.
  void consume(std::size_t size_bytes) noexcept;

 private:
  class Block;

  std::unique_ptr<std::byte[]> data_;
  std::size_t capacity_bytes_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace banco::base
