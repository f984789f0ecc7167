#include "impl/vde/offload.hh"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>

#include "impl/vde/frame_headers.hh"
#include "impl/vde/header_fields.hh"
#include "impl/vde/wire.hh"

namespace banco::vde {
namespace {

using Kind = OffloadPlan::Kind;

constexpr std::uint8_t kNextHeaderFragment = 44;

// Different from all that this process gave out lately, and not what it gave out before a restart (RFC
// 8200 4.5).
std::uint32_t next_fragment_identity() noexcept {
  static std::atomic<std::uint32_t> next{
      static_cast<std::uint32_t>(std::chrono::system_clock::now().time_since_epoch().count() >> 10)};
  return next.fetch_add(1, std::memory_order_relaxed);
}

// Options without the copied flag are for the first fragment only (RFC 791 3.1): no-operations take their
// place.
void blank_uncopied_options(std::span<std::byte> options) noexcept {
  constexpr std::uint8_t kEnd = 0;
  constexpr std::uint8_t kNoOperation = 1;
  while (!options.empty() && load8(options, 0) != kEnd) {
    const std::uint8_t kind = load8(options, 0);
    std::size_t option_bytes = 1;
    if (kind != kNoOperation) {
      if (options.size() < 2) return;
      option_bytes = load8(options, 1);
      if (option_bytes < 2 || option_bytes > options.size()) return;
      if ((kind & 0x80) == 0) std::ranges::fill(options.first(option_bytes), std::byte{kNoOperation});
    }
    options = options.subspan(option_bytes);
  }
}

}  // namespace

Segmenter::Segmenter(const virtio_net_hdr_v1& header, std::span<const std::byte> frame) noexcept
    : frame_(frame) {
  std::span<const std::byte> head = frame;
  const virtio_net_hdr_v1 own_header = header;
  if (own_header.gso_type != VIRTIO_NET_HDR_GSO_NONE ||
      (own_header.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) != 0) {
    copy_to_buffer(0, std::min(frame.size(), kMaxHeaderBytes));
    head = bytes(0).first(std::min(frame.size(), kMaxHeaderBytes));
  }
  plan_ = plan_offload(own_header, head, frame.size());
  if (plan_.kind == Kind::kTcp || plan_.kind == Kind::kUdpDatagrams || plan_.kind == Kind::kUdpFragments)
    start_sums();
  if (plan_.kind == Kind::kUdpFragments) start_fragments();
}

// Puts the bytes of the frame from `from` to `end` into their places. Not std::ranges::copy: g++ 12 copies
// spans of std::byte one byte at a time.
void Segmenter::copy_to_buffer(std::size_t from, std::size_t end) noexcept {
  if (from < end) std::memcpy(&buffer_[from], &frame_[from], end - from);
}

bool Segmenter::next(PlainFrame& plain) noexcept {
  if (index_ == plan_.frame_count) return false;
  switch (plan_.kind) {
    case Kind::kMalformed:
      return false;
    case Kind::kAsIs:
      plain = {{}, frame_};
      break;
    case Kind::kChecksum:
      make_completed(plain);
      break;
    case Kind::kTcp:
    case Kind::kUdpDatagrams:
      make_segment(plain);
      break;
    case Kind::kUdpFragments:
      make_fragment(plain);
      break;
  }
  ++index_;
  return true;
}

void Segmenter::make_completed(PlainFrame& plain) noexcept {
  const std::size_t field_end = plan_.checksum_field + 2;
  copy_to_buffer(kMaxHeaderBytes, field_end);
  plain = {bytes(0).first(field_end), frame_.subspan(field_end)};
  InternetSum sum;
  sum.add(plain.headers.subspan(plan_.checksum_start));
  sum.add(plain.payload);
  store16(buffer_, plan_.checksum_field, sum.nonzero_checksum());
}

// Reads from the buffer what changes from frame to frame, and sums what does not.
void Segmenter::start_sums() noexcept {
  const FrameHeaders& headers = plan_.headers;
  const std::span<std::byte> network = bytes(headers.network);
  const std::span<std::byte> transport = bytes(headers.transport);
  if (!headers.is_ipv6) {
    identification_ = load16(network, kIpv4Identification);
    fragment_word_ = load16(network, kIpv4Fragment);
    for (const std::size_t field : {kIpv4TotalLength, kIpv4Identification, kIpv4Fragment, kIpv4Checksum})
      store16(network, field, 0);
    network_sum_.add(network.first(std::size_t{headers.transport} - headers.network));
  }
  if (headers.protocol == kProtocolTcp) {
    sequence_ = load32(transport, kTcpSequence);
    tcp_flags_ = load16(transport, kTcpFlags);
    store32(transport, kTcpSequence, 0);
    store16(transport, kTcpFlags, 0);
    store16(transport, kTcpChecksum, 0);
  } else {
    has_checksum_ = plan_.needs_checksum || load16(transport, kUdpChecksum) != 0;
    if (plan_.kind == Kind::kUdpFragments) return;  // all of the UDP header stays
    store16(transport, kUdpLength, 0);
    store16(transport, kUdpChecksum, 0);
  }
  transport_sum_ = pseudo_header(0);
  transport_sum_.add(transport.first(std::size_t{headers.payload} - headers.transport));
}

InternetSum Segmenter::pseudo_header(std::size_t length_bytes) const noexcept {
  const FrameHeaders& headers = plan_.headers;
  const std::span network = std::span(buffer_).subspan(headers.network);
  if (headers.is_ipv6)
    return ipv6_pseudo_header(network.subspan<kIpv6Addresses, 32>(), headers.protocol,
                              static_cast<std::uint32_t>(length_bytes));
  return ipv4_pseudo_header(network.subspan<kIpv4Addresses, 8>(), headers.protocol,
                            static_cast<std::uint16_t>(length_bytes));
}

void Segmenter::make_segment(PlainFrame& plain) noexcept {
  const FrameHeaders& headers = plan_.headers;
  const std::size_t from = headers.payload + std::size_t{index_} * plan_.step_bytes;
  const std::span data = frame_.subspan(from, std::min<std::size_t>(plan_.step_bytes, frame_.size() - from));
  plain = {bytes(0).first(headers.payload), data};
  write_network(headers.payload - headers.network + data.size(),
                static_cast<std::uint16_t>(identification_ + index_), fragment_word_);
  if (headers.protocol == kProtocolTcp)
    finish_tcp(data);
  else
    finish_udp(data);
}

void Segmenter::finish_tcp(std::span<const std::byte> data) noexcept {
  const FrameHeaders& headers = plan_.headers;
  const std::span<std::byte> tcp = bytes(headers.transport);
  const std::uint32_t sequence = sequence_ + index_ * plan_.step_bytes;
  unsigned flags = tcp_flags_;
  if (index_ != 0) flags &= ~unsigned{kTcpCwr};
  if (index_ + 1 != plan_.frame_count) flags &= ~unsigned{kTcpFin | kTcpPush};
  store32(tcp, kTcpSequence, sequence);
  store16(tcp, kTcpFlags, static_cast<std::uint16_t>(flags));
  InternetSum sum = transport_sum_;
  sum.add32(sequence);
  sum.add16(static_cast<std::uint16_t>(flags));
  sum.add32(static_cast<std::uint32_t>(headers.payload - headers.transport + data.size()));
  sum.add(data);
  store16(tcp, kTcpChecksum, sum.checksum());
}

void Segmenter::finish_udp(std::span<const std::byte> data) noexcept {
  const std::span<std::byte> udp = bytes(plan_.headers.transport);
  const auto length_bytes =
      static_cast<std::uint16_t>(plan_.headers.payload - plan_.headers.transport + data.size());
  store16(udp, kUdpLength, length_bytes);
  if (!has_checksum_) return;
  InternetSum sum = transport_sum_;
  sum.add16(length_bytes);
  sum.add16(length_bytes);  // once in the pseudo-header, once in the header
  sum.add(data);
  store16(udp, kUdpChecksum, sum.nonzero_checksum());
}

// `fragment` is the word of flags and offset.
void Segmenter::write_network(std::size_t ip_bytes, std::uint16_t identification,
                              std::uint16_t fragment) noexcept {
  const std::span<std::byte> network = bytes(plan_.headers.network);
  if (plan_.headers.is_ipv6) {
    store16(network, kIpv6PayloadLength, static_cast<std::uint16_t>(ip_bytes - kIpv6HeaderBytes));
    return;
  }
  InternetSum sum = network_sum_;
  for (const auto& [field, value] :
       {std::pair{kIpv4TotalLength, static_cast<std::uint16_t>(ip_bytes)},
        std::pair{kIpv4Identification, identification}, std::pair{kIpv4Fragment, fragment}}) {
    store16(network, field, value);
    sum.add16(value);
  }
  store16(network, kIpv4Checksum, sum.checksum());
}

// The buffer becomes: link and IP headers, the fragment header (IPv6), then what only the first fragment has,
// the rest of the headers with the checksum of the whole datagram.
void Segmenter::start_fragments() noexcept {
  const FrameHeaders& headers = plan_.headers;
  if (plan_.needs_checksum) {
    const std::span<std::byte> udp = bytes(headers.transport);
    store16(udp, kUdpChecksum, 0);
    InternetSum sum = pseudo_header(frame_.size() - headers.transport);
    sum.add(udp.first(std::size_t{headers.payload} - headers.transport));
    sum.add(frame_.subspan(headers.payload));
    store16(udp, kUdpChecksum, sum.nonzero_checksum());
  }
  if (!headers.is_ipv6) return;
  const auto first_only = buffer_.begin() + headers.fragment;
  std::copy_backward(first_only, buffer_.begin() + headers.payload,
                     buffer_.begin() + headers.payload + kFragmentHeaderBytes);
  const std::span<std::byte> fragment_header = bytes(headers.fragment);
  store16(fragment_header, 0, static_cast<std::uint16_t>(load8(buffer_, headers.fragment_next_header) << 8));
  store8(buffer_, headers.fragment_next_header, kNextHeaderFragment);
  store32(fragment_header, 4, next_fragment_identity());
}

void Segmenter::make_fragment(PlainFrame& plain) noexcept {
  const FrameHeaders& headers = plan_.headers;
  const std::size_t repeated_bytes = headers.fragment + (headers.is_ipv6 ? kFragmentHeaderBytes : 0);
  const std::size_t first_only_bytes = index_ == 0 ? std::size_t{headers.payload} - headers.fragment : 0;
  const std::size_t offset = std::size_t{index_} * plan_.step_bytes;
  const std::size_t left_bytes = frame_.size() - headers.fragment - offset;
  const std::size_t fragment_bytes = std::min<std::size_t>(plan_.step_bytes, left_bytes);
  const bool is_last = fragment_bytes == left_bytes;
  plain = {bytes(0).first(repeated_bytes + first_only_bytes),
           frame_.subspan(headers.fragment + offset + first_only_bytes, fragment_bytes - first_only_bytes)};
  if (headers.is_ipv6)
    store16(buffer_, headers.fragment + std::size_t{2},
            static_cast<std::uint16_t>(offset | (is_last ? 0 : 1)));
  if (!headers.is_ipv6 && index_ == 1) {
    const std::size_t options = headers.network + kIpv4Options;
    blank_uncopied_options(bytes(options).first(headers.transport - options));
    for (const std::size_t field : {kIpv4TotalLength, kIpv4Identification, kIpv4Fragment, kIpv4Checksum})
      store16(bytes(headers.network), field, 0);
    network_sum_ = {};
    network_sum_.add(bytes(headers.network).first(std::size_t{headers.transport} - headers.network));
  }
  write_network(repeated_bytes - headers.network + fragment_bytes, identification_,
                static_cast<std::uint16_t>(offset / 8 | (is_last ? 0 : kIpv4MoreFragments)));
}

bool valid_offload(const virtio_net_hdr_v1& header, std::span<const std::byte> frame) noexcept {
  return plan_offload(header, frame, frame.size()).kind != Kind::kMalformed;
}

}  // namespace banco::vde
