// OffloadPlan: what must be done to a frame with a virtio_net_hdr_v1 so that it becomes plain frames.
// All judging of what a guest says is here; offload.hh only carries plans out.
//
// Rules   flags, gso_type     | frame                    | done
//         --------------------+--------------------------+------------------------------------------------------
//         –, NONE             | anything                 | passes as it is
//         NEEDS_CSUM, NONE    | anything                 | checksum completed, kChecksum
//         TCPV4, TCPV6        | TCP in IPv4, IPv6        | kTcp: at most gso_size bytes of data each
//         UDP (UFO)           | UDP in IPv4, IPv6        | kUdpFragments: at most gso_size bytes after the IP
//         header
//                             |                          | (IPv6: after the fragment header), as Linux counts
//         UDP_L4 (USO)        | UDP in IPv4, IPv6        | kUdpDatagrams: at most gso_size bytes of data each
//         TCP*, UDP* without NEEDS_CSUM that fit one segment pass as they are.
//         Malformed: tunnel types, unknown types, ECN beside anything but TCP; a frame that is not of its
//         gso_type; NEEDS_CSUM with csum_start, csum_offset that are not those of the transport header; with
//         GSO_NONE those that reach into the Ethernet header or tag (addresses and VLAN that were checked
//         stay as they were), out of the frame, or beyond kMaxFrameBytes; gso_size and counts out of the
//         bounds below; segments that IP lengths cannot say. hdr_len, num_buffers and unknown flags are
//         ignored (virtio 1.2, 5.1.6.2.2).
// Bounds  gso_size of TCP and UFO >= 8: Linux keeps MSS >= 48 (tcp_min_snd_mss), 40 of which may be options;
// every
//         module must forward 68 bytes, an IPv4 header of 60 and 8 more (RFC 791 3.2). UFO rounds down to
//         eights. At most 8192 frames; USO at most 128, Linux's UDP_MAX_SEGMENTS, of gso_size >= 1.
// Source  virtio 1.2, 5.1.6; include/linux/virtio_net.h, net/ipv4/{tcp,udp}_offload.c of Linux 6.1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "impl/vde/frame_headers.hh"
#include "impl/vde/virtio_net_header.hh"

namespace banco::vde {

constexpr std::size_t kMaxIpBytes = 65535;
// Ethernet, tag, IPv6, and all that an IPv6 payload length can say.
constexpr std::size_t kMaxOffloadFrameBytes = 14 + 4 + 40 + kMaxIpBytes;
constexpr std::uint32_t kMinGsoBytes = 8;
constexpr std::uint32_t kMaxSegments = 8192;
constexpr std::uint32_t kMaxUdpDatagrams = 128;

struct OffloadPlan {
  enum class Kind : std::uint8_t { kMalformed, kAsIs, kChecksum, kTcp, kUdpFragments, kUdpDatagrams };

  Kind kind = Kind::kMalformed;
  bool needs_checksum = false;       // the field holds the sum of a pseudo-header, no checksum yet
  std::uint32_t frame_count = 0;     // plain frames that come out, 0 when malformed
  std::uint32_t checksum_start = 0;  // with needs_checksum: from the start of the frame
  std::uint32_t checksum_field = 0;
  std::uint32_t step_bytes = 0;  // what a plain frame takes of the input, at most
  FrameHeaders headers;          // when there is a step
};

// `head` is the start of the frame, all of it or at least kMaxHeaderBytes.
OffloadPlan plan_offload(const virtio_net_hdr_v1& header, std::span<const std::byte> head,
                         std::size_t frame_bytes) noexcept;

}  // namespace banco::vde
