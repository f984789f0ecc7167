// virtio_net_hdr_v1 for C++: what a guest says in front of each frame.
// linux/virtio_net.h names a member of a struct that nobody here uses `class`; that name is taken out of its
// way.
//
// Shape   0       1          2         4          6            8             10            12
//         | flags | gso_type | hdr_len | gso_size | csum_start | csum_offset | num_buffers |
// Order   little-endian.
// Owner   the guest writes it; with vnet headers on a tap or a packet socket, the kernel.
// Source  virtio 1.2, 5.1.6.
#pragma once

#include <linux/if_ether.h>
#include <linux/types.h>
#include <linux/virtio_config.h>
#include <linux/virtio_ids.h>
#include <linux/virtio_types.h>
#define class class_
#include <linux/virtio_net.h>
#undef class

#include <cstddef>
#include <cstdint>

namespace banco::vde {

static_assert(sizeof(virtio_net_hdr_v1) == 12);
static_assert(offsetof(virtio_net_hdr_v1, gso_type) == 1 && offsetof(virtio_net_hdr_v1, hdr_len) == 2);
static_assert(offsetof(virtio_net_hdr_v1, gso_size) == 4 && offsetof(virtio_net_hdr_v1, csum_start) == 6);
static_assert(offsetof(virtio_net_hdr_v1, csum_offset) == 8 &&
              offsetof(virtio_net_hdr_v1, num_buffers) == 10);

constexpr std::uint8_t kGsoUdpDatagrams =
    5;  // VIRTIO_NET_HDR_GSO_UDP_L4, missing in the headers of Linux 6.1

}  // namespace banco::vde
