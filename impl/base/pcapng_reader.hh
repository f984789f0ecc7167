// PcapngReader: the packets of a stream that PcapngBuffer (pcapng.hh) writes, as its bytes come in.
//
// Trust: the bytes are hostile. Blocks are at most kBlockLimit_bytes; every length is checked against what
// holds it. Order: that of this host only, since writer and reader are on one machine. Blocks of other types
// are skipped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <vector>

#include "impl/base/pcapng.hh"

namespace banco::base {

class PcapngReader {
 public:
  static constexpr std::size_t kBlockLimit_bytes = std::size_t{1} << 20;
  // The bytes of the packet are valid during the call.
  using Take = std::function<void(const PcapngPacket&)>;

  // The next bytes of the stream; hands over each packet that is complete. Throws std::invalid_argument, with
  // a sentence, when this is no such stream.
  void read(std::span<const std::byte> bytes, const Take& take);

  // What the stream has said last of an interface.
  PcapngCounts counts(std::uint32_t interface) const;

 private:
  void read_block(std::uint32_t type, std::span<const std::byte> body, const Take& take);
  void read_statistics(std::span<const std::byte> body);

  std::vector<std::byte> pending_;  // of a block that is not complete yet
  bool has_begun_ = false;
  std::map<std::uint32_t, PcapngCounts> counts_;
};

}  // namespace banco::base
