// Any bytes, in pieces of a size that their first says: they are frames, or refused.
#include <algorithm>
#include <stdexcept>

#include "impl/base/pcapng_reader.hh"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size_bytes) {
  if (size_bytes == 0) return 0;
  const std::size_t piece_bytes = data[0] + 1U;
  std::span<const std::byte> rest(reinterpret_cast<const std::byte*>(data + 1), size_bytes - 1);
  banco::base::PcapngReader reader;
  unsigned sum = 0;
  try {
    while (!rest.empty()) {
      const auto piece = rest.first(std::min(piece_bytes, rest.size()));
      reader.read(piece, [&](const banco::base::PcapngPacket& packet) {
        for (const std::byte byte : packet.bytes) sum += static_cast<unsigned>(byte);
      });
      rest = rest.subspan(piece.size());
    }
  } catch (const std::invalid_argument&) {
  }
  return sum == 0x7fffffff ? -1 : 0;
}
