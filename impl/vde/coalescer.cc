#include "impl/vde/coalescer.hh"

#include <endian.h>

#include <algorithm>
#include <cstring>

#include "impl/vde/checksum.hh"
#include "impl/vde/ethernet.hh"
#include "impl/vde/header_fields.hh"
#include "impl/vde/wire.hh"

namespace banco::vde {
namespace {

constexpr std::size_t kPlainIpv4HeaderBytes = 20;
constexpr std::uint16_t kRightSum = 0xffff;

// Over pseudo-header and TCP header, which begin at `tcp`, of a packet of `tcp_bytes`.
InternetSum pseudo_header(std::span<const std::byte> frame, const FrameHeaders& headers,
                          std::size_t tcp_bytes) noexcept {
  const auto ip = frame.subspan(headers.network);
  if (headers.is_ipv6)
    return ipv6_pseudo_header(ip.subspan<kIpv6Addresses, 32>(), kProtocolTcp,
                              static_cast<std::uint32_t>(tcp_bytes));
  return ipv4_pseudo_header(ip.subspan<kIpv4Addresses, 8>(), kProtocolTcp,
                            static_cast<std::uint16_t>(tcp_bytes));
}

// Lengths that are the frame's own, no options and extension headers, and a right checksum of the IPv4
// header.
bool is_plain_ip(std::span<const std::byte> frame, const FrameHeaders& headers) noexcept {
  const auto ip = frame.subspan(headers.network);
  const std::size_t header_bytes = headers.transport - headers.network;
  if (headers.is_ipv6)
    return header_bytes == kIpv6HeaderBytes && load16(ip, kIpv6PayloadLength) == ip.size() - kIpv6HeaderBytes;
  if (header_bytes != kPlainIpv4HeaderBytes || load16(ip, kIpv4TotalLength) != ip.size()) return false;
  InternetSum sum;
  sum.add(ip.first(kPlainIpv4HeaderBytes));
  return sum.folded() == kRightSum;
}

bool is_equal(std::span<const std::byte> one, std::span<const std::byte> other, std::size_t from,
              std::size_t to) {
  return std::memcmp(one.data() + from, other.data() + from, to - from) == 0;
}

}  // namespace

std::optional<Coalescer::Segment> Coalescer::read(std::span<const std::byte> frame) noexcept {
  if (frame.size() < kMinFrameBytes || frame.size() > kMaxFrameBytes) return std::nullopt;
  const auto headers = read_headers(frame.first(std::min(frame.size(), kMaxHeaderBytes)), frame.size());
  if (!headers || headers->protocol != kProtocolTcp || headers->payload >= frame.size()) return std::nullopt;
  if (!is_plain_ip(frame, *headers)) return std::nullopt;
  const auto tcp = frame.subspan(headers->transport);
  constexpr std::uint16_t kFlagBits = 0x1ff;
  const unsigned flags = load16(tcp, kTcpFlags) & kFlagBits;
  if ((flags & ~unsigned{kTcpPush}) != kTcpAck) return std::nullopt;
  InternetSum sum = pseudo_header(frame, *headers, tcp.size());
  sum.add(tcp);
  if (sum.folded() != kRightSum) return std::nullopt;
  return Segment{.headers = *headers,
                 .head = frame.first(headers->payload),
                 .payload = frame.subspan(headers->payload),
                 .is_last = (flags & kTcpPush) != 0};
}

void Coalescer::begin(std::span<const std::byte> frame, const Segment& segment) noexcept {
  std::memcpy(buffer_.data(), frame.data(), frame.size());
  headers_ = segment.headers;
  segment_count_ = 1;
  size_bytes_ = frame.size();
  step_bytes_ = segment.payload.size();
  is_complete_ = false;
}

// All fields are equal that a Segmenter would repeat, and the others are what it would count up to.
bool Coalescer::continues(const Segment& segment) const noexcept {
  const FrameHeaders& headers = segment.headers;
  if (headers.is_ipv6 != headers_.is_ipv6 || headers.network != headers_.network ||
      headers.transport != headers_.transport || headers.payload != headers_.payload)
    return false;
  const std::span<const std::byte> ours = std::span(buffer_).first(headers_.payload);
  const std::size_t ip = headers.network;
  const std::size_t tcp = headers.transport;
  if (headers.is_ipv6) {
    constexpr std::size_t kNextHeader = kIpv6PayloadLength + 2;
    if (!is_equal(ours, segment.head, 0, ip + kIpv6PayloadLength) ||
        !is_equal(ours, segment.head, ip + kNextHeader, tcp))
      return false;
  } else {
    const auto wanted = static_cast<std::uint16_t>(load16(ours, ip + kIpv4Identification) + segment_count_);
    if (!is_equal(ours, segment.head, 0, ip + kIpv4TotalLength) ||
        load16(segment.head, ip + kIpv4Identification) != wanted ||
        !is_equal(ours, segment.head, ip + kIpv4Fragment, ip + kIpv4Checksum) ||
        !is_equal(ours, segment.head, ip + kIpv4Addresses, tcp))
      return false;
  }
  const auto wanted =
      static_cast<std::uint32_t>(load32(ours, tcp + kTcpSequence) + segment_count_ * step_bytes_);
  const auto without_push = [&](std::span<const std::byte> head) {
    return load16(head, tcp + kTcpFlags) & ~unsigned{kTcpPush};
  };
  constexpr std::size_t kAcknowledgment = kTcpSequence + 4;
  constexpr std::size_t kWindow = kTcpFlags + 2;
  constexpr std::size_t kUrgent = kTcpChecksum + 2;
  return is_equal(ours, segment.head, tcp, tcp + kTcpSequence) &&
         load32(segment.head, tcp + kTcpSequence) == wanted &&
         is_equal(ours, segment.head, tcp + kAcknowledgment, tcp + kTcpFlags) &&
         without_push(ours) == without_push(segment.head) &&
         is_equal(ours, segment.head, tcp + kWindow, tcp + kTcpChecksum) &&
         is_equal(ours, segment.head, tcp + kUrgent, headers.payload);
}

bool Coalescer::join(const Segment& segment) noexcept {
  if (segment_count_ == 0 || segment.payload.size() > step_bytes_) return false;
  if (size_bytes_ - headers_.network + segment.payload.size() > kPacketLimit_bytes) return false;
  if (!continues(segment)) return false;
  std::memcpy(buffer_.data() + size_bytes_, segment.payload.data(), segment.payload.size());
  size_bytes_ += segment.payload.size();
  ++segment_count_;
  is_complete_ = segment.is_last || segment.payload.size() < step_bytes_;
  if (segment.is_last) {
    const std::size_t flags = headers_.transport + kTcpFlags;
    store16(buffer_, flags, static_cast<std::uint16_t>(load16(buffer_, flags) | kTcpPush));
  }
  return true;
}

virtio_net_hdr_v1 Coalescer::finish() noexcept {
  virtio_net_hdr_v1 header{};
  if (segment_count_ == 1) return header;  // as it came
  const std::span<std::byte> frame = std::span(buffer_).first(size_bytes_);
  const auto ip = frame.subspan(headers_.network);
  const std::size_t tcp_bytes = size_bytes_ - headers_.transport;
  if (headers_.is_ipv6) {
    store16(ip, kIpv6PayloadLength, static_cast<std::uint16_t>(tcp_bytes));
  } else {
    store16(ip, kIpv4TotalLength, static_cast<std::uint16_t>(ip.size()));
    store16(ip, kIpv4Checksum, 0);
    store16(ip, kIpv4Checksum, internet_checksum(ip.first(kPlainIpv4HeaderBytes)));
  }
  // The sum of the pseudo-header, to which whoever fills in the checksum adds the rest.
  store16(frame, headers_.transport + kTcpChecksum, pseudo_header(frame, headers_, tcp_bytes).folded());
  header.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
  header.gso_type = headers_.is_ipv6 ? VIRTIO_NET_HDR_GSO_TCPV6 : VIRTIO_NET_HDR_GSO_TCPV4;
  header.hdr_len = htole16(headers_.payload);
  header.gso_size = htole16(static_cast<std::uint16_t>(step_bytes_));
  header.csum_start = htole16(headers_.transport);
  header.csum_offset = htole16(kTcpChecksum);
  return header;
}

}  // namespace banco::vde
