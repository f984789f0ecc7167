// Turns a frame that a guest left to its "hardware" (virtio_net_hdr_v1: checksums, TSO, UFO, USO) into plain
// frames. offload_plan.hh has the rules of what is accepted; Segmenter carries a plan out, segment() is the
// loop over it.
//
// Shape   A plain frame is two spans, one after the other: `headers`, made for it in the Segmenter's own
// buffer and
//         good until the next one, and `payload`, which points into the input. Nothing of the size of the
//         payload is copied; nothing is allocated.
// Rules   kAsIs, kChecksum: one frame of the input's length. The checksum is over csum_start to the end, the
// field
//         included, folded, complemented; 0 becomes 0xffff, which is the same number (RFC 1071) and which UDP
//         wants (RFC 768). kAsIs: `headers` is empty. kTcp, kUdpDatagrams: each frame has all headers of the
//         input and the next step_bytes of data. IPv4: total length, header checksum, identification + 1 each
//         time (RFC 791 3.1). IPv6: payload length (RFC 8200 3). TCP: sequence number; FIN and PSH only in
//         the last (RFC 793 3.1), CWR only in the first (RFC 3168 6.1.2), with VIRTIO_NET_HDR_GSO_ECN or
//         without, as in Linux; every checksum from scratch. UDP: length and checksum of its own; without
//         NEEDS_CSUM a field of 0, "no checksum", stays 0. kUdpFragments: the UDP checksum over the whole
//         datagram, then fragments (RFC 791 3.2, RFC 8200 4.5). IPv4: the identification of the input,
//         offset, more-fragments; don't-fragment is cleared; options without the copied flag become
//         no-operations behind the first. IPv6: a fragment header behind the hop-by-hop and routing headers,
//         identifications from a counter of this process.
// Trust   the input is hostile. Headers are copied before they are judged, so a guest that writes on while we
// read
//         gets wrong bytes in its own frames and nothing else. Plain frames may be longer than
//         kMaxFrameBytes: the caller drops what its network does not carry.
// Threads a Segmenter belongs to one; any number may run at once.
// Source  as named; virtio 1.2, 5.1.6.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "impl/vde/checksum.hh"
#include "impl/vde/ethernet.hh"
#include "impl/vde/offload_plan.hh"

namespace banco::vde {

struct PlainFrame {
  std::span<const std::byte> headers;
  std::span<const std::byte> payload;
};

class Segmenter {
 public:
  // `frame` must stay where it is as long as this is used.
  Segmenter(const virtio_net_hdr_v1& header, std::span<const std::byte> frame) noexcept;
  Segmenter(const Segmenter&) = delete;
  Segmenter& operator=(const Segmenter&) = delete;

  // 0 for malformed input. Before the first next(), so that room can be made for all of them.
  std::uint32_t frame_count() const noexcept { return plan_.frame_count; }
  // False behind the last frame.
  bool next(PlainFrame& plain) noexcept;

 private:
  void copy_to_buffer(std::size_t from, std::size_t end) noexcept;
  void start_sums() noexcept;
  void start_fragments() noexcept;
  void make_completed(PlainFrame& plain) noexcept;
  void make_segment(PlainFrame& plain) noexcept;
  void make_fragment(PlainFrame& plain) noexcept;
  void finish_tcp(std::span<const std::byte> data) noexcept;
  void finish_udp(std::span<const std::byte> data) noexcept;
  void write_network(std::size_t ip_bytes, std::uint16_t identification, std::uint16_t fragment) noexcept;
  InternetSum pseudo_header(std::size_t length_bytes) const noexcept;
  std::span<std::byte> bytes(std::size_t offset) noexcept { return std::span(buffer_).subspan(offset); }

  std::span<const std::byte> frame_;
  OffloadPlan plan_;
  std::uint32_t index_ = 0;                       // of the next frame
  InternetSum network_sum_;                       // IPv4 header, the fields that change left out
  InternetSum transport_sum_;                     // pseudo-header without length, TCP or UDP header likewise
  std::uint16_t identification_ = 0;              // IPv4, of the input
  std::uint16_t fragment_word_ = 0;               // IPv4, of the input
  std::uint16_t tcp_flags_ = 0;                   // TCP: data offset and flags, of the input
  std::uint32_t sequence_ = 0;                    // TCP, of the input
  std::uint32_t fragment_identity_ = 0;           // IPv6
  bool has_checksum_ = true;                      // UDP: one is to be written
  std::array<std::byte, kMaxFrameBytes> buffer_;  // not initialised: most of it is never touched
};

// The outcome of one frame: how many plain frames were emitted; nothing when it was malformed.
using SegmentCount = std::optional<std::uint32_t>;

// Calls `emit(headers, payload)`, two spans of const bytes, once for each plain frame, in order.
template <typename Emit>
SegmentCount segment(const virtio_net_hdr_v1& header, std::span<const std::byte> frame,
                     Emit&& emit) noexcept {
  Segmenter segmenter(header, frame);
  if (segmenter.frame_count() == 0) return std::nullopt;
  for (PlainFrame plain; segmenter.next(plain);) emit(plain.headers, plain.payload);
  return segmenter.frame_count();
}

// Whether segment() would accept it: the same judgement, nothing done.
bool valid_offload(const virtio_net_hdr_v1& header, std::span<const std::byte> frame) noexcept;

}  // namespace banco::vde
