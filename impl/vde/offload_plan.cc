#include "impl/vde/offload_plan.hh"

#include <endian.h>

#include <algorithm>

#include "impl/vde/ethernet.hh"
#include "impl/vde/wire.hh"

namespace banco::vde {
namespace {

using Kind = OffloadPlan::Kind;

// Which plan a gso_type asks for. GSO_NONE is not asked here.
Kind kind_of(std::uint8_t gso_type, const FrameHeaders& headers) noexcept {
  const bool is_tcp = headers.protocol == kProtocolTcp;
  const int type = is_tcp ? gso_type & ~VIRTIO_NET_HDR_GSO_ECN : int{gso_type};
  if (type == VIRTIO_NET_HDR_GSO_TCPV4 && is_tcp && !headers.is_ipv6) return Kind::kTcp;
  if (type == VIRTIO_NET_HDR_GSO_TCPV6 && is_tcp && headers.is_ipv6) return Kind::kTcp;
  if (type == VIRTIO_NET_HDR_GSO_UDP && !is_tcp) return Kind::kUdpFragments;
  if (type == kGsoUdpDatagrams && !is_tcp) return Kind::kUdpDatagrams;
  return Kind::kMalformed;
}

bool is_checksum_in_transport(const OffloadPlan& plan) noexcept {
  const std::uint32_t field_offset = plan.headers.protocol == kProtocolTcp ? 16 : 6;
  return plan.checksum_start == plan.headers.transport &&
         plan.checksum_field == plan.checksum_start + field_offset;
}

// Fills in step_bytes and frame_count; false when they are out of bounds.
bool divide(OffloadPlan& plan, std::uint32_t gso_bytes, std::size_t frame_bytes) noexcept {
  const bool are_fragments = plan.kind == Kind::kUdpFragments;
  const bool are_datagrams = plan.kind == Kind::kUdpDatagrams;
  plan.step_bytes = are_fragments ? gso_bytes & ~7u : gso_bytes;
  if (plan.step_bytes < (are_datagrams ? 1 : kMinGsoBytes)) return false;
  const std::size_t divided_from = are_fragments ? plan.headers.fragment : plan.headers.payload;
  const std::size_t divided_bytes = frame_bytes - divided_from;
  const std::size_t count = std::max<std::size_t>(1, (divided_bytes + plan.step_bytes - 1) / plan.step_bytes);
  if (count > (are_datagrams ? kMaxUdpDatagrams : kMaxSegments)) return false;
  plan.frame_count = static_cast<std::uint32_t>(count);
  const std::size_t ip_bytes = divided_from - plan.headers.network +
                               std::min<std::size_t>(plan.step_bytes, divided_bytes) +
                               (are_fragments && plan.headers.is_ipv6 ? 8 : 0);
  return ip_bytes - (plan.headers.is_ipv6 ? 40 : 0) <= kMaxIpBytes;
}

// UFO splits one datagram that must be whole: its length field goes out as it came. What is put together
// again must be no longer than an IP length can say, and the first fragment must hold all headers (RFC 7112
// 5).
bool is_datagram_to_fragment(const OffloadPlan& plan, std::span<const std::byte> head,
                             std::size_t frame_bytes) noexcept {
  const FrameHeaders& headers = plan.headers;
  const std::size_t ip_bytes = frame_bytes - headers.network - (headers.is_ipv6 ? 40 : 0);
  return load16(head, headers.transport + std::size_t{4}) == frame_bytes - headers.transport &&
         ip_bytes <= kMaxIpBytes && std::size_t{headers.payload} - headers.fragment <= plan.step_bytes;
}

}  // namespace

OffloadPlan plan_offload(const virtio_net_hdr_v1& header, std::span<const std::byte> head,
                         std::size_t frame_bytes) noexcept {
  const OffloadPlan malformed;
  if (frame_bytes < kMinFrameBytes || frame_bytes > kMaxOffloadFrameBytes) return malformed;
  OffloadPlan plan;
  plan.frame_count = 1;
  plan.needs_checksum = (header.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) != 0;
  if (plan.needs_checksum) {
    plan.checksum_start = le16toh(header.csum_start);
    plan.checksum_field = plan.checksum_start + le16toh(header.csum_offset);
    const std::size_t link_bytes = kEthernetHeaderBytes + (vlan_tag_of(head) ? kVlanTagBytes : 0);
    if (plan.checksum_start < link_bytes || plan.checksum_field + 2 > frame_bytes) return malformed;
  }
  if (header.gso_type == VIRTIO_NET_HDR_GSO_NONE) {
    plan.kind = plan.needs_checksum ? Kind::kChecksum : Kind::kAsIs;
    return plan.checksum_field + 2 <= kMaxFrameBytes ? plan : malformed;
  }

  head = head.first(std::min(head.size(), kMaxHeaderBytes));
  const std::optional<FrameHeaders> headers = read_headers(head, frame_bytes);
  if (!headers) return malformed;
  plan.headers = *headers;
  plan.kind = kind_of(header.gso_type, *headers);
  if (plan.kind == Kind::kMalformed) return malformed;
  if (plan.needs_checksum && !is_checksum_in_transport(plan)) return malformed;
  if (!divide(plan, le16toh(header.gso_size), frame_bytes)) return malformed;
  if (plan.kind == Kind::kUdpFragments) {
    if (!is_datagram_to_fragment(plan, head, frame_bytes)) return malformed;
    if (plan.frame_count == 1) {  // fits as it is: a datagram, and nothing of it is a fragment
      plan.kind = Kind::kUdpDatagrams;
      plan.step_bytes = kMaxIpBytes;
    }
  }
  if (plan.frame_count == 1 && !plan.needs_checksum) plan.kind = Kind::kAsIs;
  return plan;
}

}  // namespace banco::vde
