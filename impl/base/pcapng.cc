#include "impl/base/pcapng.hh"

#include <sys/utsname.h>

#include <algorithm>
#include <cstring>

#include "impl/base/pcapng_format.hh"

namespace banco::base {
namespace {

constexpr std::size_t kTextLimit_bytes = 1024;

}  // namespace

// A block that is being added at the end of the buffer; it counts once it is finished.
class PcapngBuffer::Block {
 public:
  Block(PcapngBuffer& buffer, std::uint32_t type) noexcept : buffer_(buffer) {
    // What was consumed makes room once it is needed: every other byte moves at most once per round.
    if (buffer_.begin_ == buffer_.end_) buffer_.begin_ = buffer_.end_ = 0;
    at_ = buffer_.end_;
    number(type);
    number(std::uint32_t{0});  // the length, when it is known
  }

  template <typename Number>
  void number(Number value) noexcept {
    put(std::as_bytes(std::span(&value, 1)));
  }
  void padded(std::span<const std::byte> bytes) noexcept {
    constexpr std::byte kZeros[3]{};
    put(bytes);
    put(std::span(kZeros).first((4 - bytes.size() % 4) % 4));
  }
  void option(std::uint16_t code, std::span<const std::byte> value) noexcept {
    number(code);
    number(static_cast<std::uint16_t>(value.size()));
    padded(value);
  }
  void option(std::uint16_t code, std::string_view text) noexcept {
    option(code, std::as_bytes(std::span(text.substr(0, kTextLimit_bytes))));
  }
  void time(std::uint64_t time_ns) noexcept {
    number(static_cast<std::uint32_t>(time_ns >> 32));
    number(static_cast<std::uint32_t>(time_ns));
  }

  // Ends options and block. False when it does not fit.
  bool finish() noexcept {
    number(std::uint32_t{0});  // opt_endofopt
    const auto size_bytes = static_cast<std::uint32_t>(at_ + sizeof(std::uint32_t) - buffer_.end_);
    number(size_bytes);
    if (!fits_) return false;
    std::memcpy(buffer_.data_.get() + buffer_.end_ + sizeof(std::uint32_t), &size_bytes, sizeof(size_bytes));
    buffer_.end_ = at_;
    return true;
  }

 private:
  void put(std::span<const std::byte> bytes) noexcept {
    if (fits_ && bytes.size() > buffer_.capacity_bytes_ - at_) make_room();
    fits_ = fits_ && bytes.size() <= buffer_.capacity_bytes_ - at_;
    if (!fits_ || bytes.empty()) return;
    std::memcpy(buffer_.data_.get() + at_, bytes.data(), bytes.size());
    at_ += bytes.size();
  }

  void make_room() noexcept {
    std::memmove(buffer_.data_.get(), buffer_.data_.get() + buffer_.begin_, at_ - buffer_.begin_);
    at_ -= buffer_.begin_;
    buffer_.end_ -= buffer_.begin_;
    buffer_.begin_ = 0;
  }

  PcapngBuffer& buffer_;
  std::size_t at_ = 0;
  bool fits_ = true;
};

PcapngBuffer::PcapngBuffer(std::size_t capacity_bytes)
    : data_(std::make_unique<std::byte[]>(capacity_bytes)), capacity_bytes_(capacity_bytes) {}

bool PcapngBuffer::add_section(std::string_view operating_system, std::string_view application) noexcept {
  Block block(*this, pcapng::kSectionHeader);
  block.number(pcapng::kByteOrderMagic);
  block.number(std::uint16_t{1});  // version 1.0
  block.number(std::uint16_t{0});
  block.number(std::int64_t{-1});  // the section's length is not known yet
  block.option(pcapng::kSectionOperatingSystem, operating_system);
  block.option(pcapng::kSectionApplication, application);
  return block.finish();
}

bool PcapngBuffer::add_interface(std::string_view name, std::string_view description,
                                 std::uint32_t snapshot_bytes) noexcept {
  constexpr std::byte kResolution[1]{std::byte{pcapng::kNanoseconds}};
  Block block(*this, pcapng::kInterfaceDescription);
  block.number(pcapng::kLinkTypeEthernet);
  block.number(std::uint16_t{0});
  block.number(snapshot_bytes);
  block.option(pcapng::kInterfaceName, name);
  block.option(pcapng::kInterfaceDescriptionText, description);
  block.option(pcapng::kInterfaceTimeResolution, kResolution);
  return block.finish();
}

bool PcapngBuffer::add_packet(const PcapngPacket& packet) noexcept {
  const auto flags = static_cast<std::uint32_t>(packet.direction);
  Block block(*this, pcapng::kEnhancedPacket);
  block.number(packet.interface);
  block.time(packet.time_ns);
  block.number(static_cast<std::uint32_t>(packet.bytes.size()));
  block.number(packet.original_bytes);
  block.padded(packet.bytes);
  block.option(pcapng::kPacketFlags, std::as_bytes(std::span(&flags, 1)));
  return block.finish();
}

bool PcapngBuffer::add_statistics(std::uint32_t interface, std::uint64_t time_ns,
                                  PcapngCounts counts) noexcept {
  Block block(*this, pcapng::kInterfaceStatistics);
  block.number(interface);
  block.time(time_ns);
  block.option(pcapng::kStatisticsReceived, std::as_bytes(std::span(&counts.received_count, 1)));
  block.option(pcapng::kStatisticsDropped, std::as_bytes(std::span(&counts.dropped_count, 1)));
  return block.finish();
}

std::string operating_system_text() {
  utsname kernel{};
  ::uname(&kernel);
  return std::string(kernel.sysname) + " " + kernel.release;
}

void PcapngBuffer::consume(std::size_t size_bytes) noexcept {
  begin_ += std::min(size_bytes, end_ - begin_);
}

}  // namespace banco::base
