#include "impl/base/pcapng_reader.hh"

#include <algorithm>
#include <cstring>
#include <optional>
#include <stdexcept>

#include "impl/base/pcapng_format.hh"

namespace banco::base {
namespace {

constexpr std::size_t kFrame_bytes = 12;  // of a block: its type, and its length twice

// Takes numbers and bytes from the front of `bytes`.
class Cursor {
 public:
  explicit Cursor(std::span<const std::byte> bytes) : rest_(bytes) {}

  std::span<const std::byte> bytes(std::size_t count) {
    if (count > rest_.size()) throw std::invalid_argument("a block of the capture ends early");
    const auto taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }
  std::span<const std::byte> padded(std::size_t count) {
    const auto taken = bytes(count);
    bytes((4 - count % 4) % 4);
    return taken;
  }
  template <typename Number>
  Number number() {
    Number value;
    std::memcpy(&value, bytes(sizeof(value)).data(), sizeof(value));
    return value;
  }
  // The value of an option among those that are left, if it has this size.
  template <typename Number>
  std::optional<Number> option(std::uint16_t wanted) const {
    Cursor options(rest_);
    while (!options.rest_.empty()) {
      const auto code = options.number<std::uint16_t>();
      const auto value = options.padded(options.number<std::uint16_t>());
      if (code == pcapng::kEndOfOptions) break;
      if (code == wanted && value.size() == sizeof(Number)) return Cursor(value).number<Number>();
    }
    return std::nullopt;
  }

 private:
  std::span<const std::byte> rest_;
};

std::uint64_t read_time(Cursor& cursor) {
  const std::uint64_t high = cursor.number<std::uint32_t>();
  return high << 32 | cursor.number<std::uint32_t>();
}

PcapngPacket read_packet(std::span<const std::byte> body) {
  Cursor cursor(body);
  PcapngPacket packet;
  packet.interface = cursor.number<std::uint32_t>();
  packet.time_ns = read_time(cursor);
  const auto captured_bytes = cursor.number<std::uint32_t>();
  packet.original_bytes = cursor.number<std::uint32_t>();
  packet.bytes = cursor.padded(captured_bytes);
  const std::uint32_t flags = cursor.option<std::uint32_t>(pcapng::kPacketFlags).value_or(0) & 3;
  if (flags == 1) packet.direction = PcapngDirection::kInbound;
  if (flags == 2) packet.direction = PcapngDirection::kOutbound;
  return packet;
}

void check_interface(std::span<const std::byte> body) {
  Cursor cursor(body);
  if (cursor.number<std::uint16_t>() != pcapng::kLinkTypeEthernet)
    throw std::invalid_argument("the capture is not one of Ethernet");
  cursor.bytes(sizeof(std::uint16_t) + sizeof(std::uint32_t));
  if (cursor.option<std::uint8_t>(pcapng::kInterfaceTimeResolution) != pcapng::kNanoseconds)
    throw std::invalid_argument("the times of the capture are not in nanoseconds");
}

}  // namespace

void PcapngReader::read(std::span<const std::byte> bytes, const Take& take) {
  pending_.insert(pending_.end(), bytes.begin(), bytes.end());
  std::span<const std::byte> rest(pending_);
  while (rest.size() >= kFrame_bytes) {
    Cursor start(rest);
    const auto type = start.number<std::uint32_t>();
    const auto block_bytes = start.number<std::uint32_t>();
    if (!has_begun_ && type != pcapng::kSectionHeader)
      throw std::invalid_argument("this is no pcapng capture");
    if (block_bytes < kFrame_bytes || block_bytes % 4 != 0 || block_bytes > kBlockLimit_bytes)
      throw std::invalid_argument("a block of the capture has an impossible length");
    if (rest.size() < block_bytes) break;
    const auto body = start.bytes(block_bytes - kFrame_bytes);
    if (start.number<std::uint32_t>() != block_bytes)
      throw std::invalid_argument("the two lengths of a block of the capture differ");
    has_begun_ = true;
    read_block(type, body, take);
    rest = rest.subspan(block_bytes);
  }
  pending_.erase(pending_.begin(), pending_.end() - static_cast<std::ptrdiff_t>(rest.size()));
}

void PcapngReader::read_block(std::uint32_t type, std::span<const std::byte> body, const Take& take) {
  switch (type) {
    case pcapng::kSectionHeader:
      if (Cursor(body).number<std::uint32_t>() != pcapng::kByteOrderMagic)
        throw std::invalid_argument("the capture is of another byte order");
      break;
    case pcapng::kInterfaceDescription:
      check_interface(body);
      break;
    case pcapng::kEnhancedPacket:
      take(read_packet(body));
      break;
    case pcapng::kInterfaceStatistics:
      read_statistics(body);
      break;
    default:
      break;
  }
}

void PcapngReader::read_statistics(std::span<const std::byte> body) {
  constexpr std::size_t kInterfaces_count = 64;
  Cursor cursor(body);
  const auto interface = cursor.number<std::uint32_t>();
  read_time(cursor);
  if (interface >= kInterfaces_count) return;
  counts_[interface] = {
      .received_count = cursor.option<std::uint64_t>(pcapng::kStatisticsReceived).value_or(0),
      .dropped_count = cursor.option<std::uint64_t>(pcapng::kStatisticsDropped).value_or(0)};
}

PcapngCounts PcapngReader::counts(std::uint32_t interface) const {
  const auto found = counts_.find(interface);
  return found == counts_.end() ? PcapngCounts{} : found->second;
}

}  // namespace banco::base
