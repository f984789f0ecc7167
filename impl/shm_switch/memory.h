/* What ports of a switch share: the shape of every memfd. C11 and C++20.
 *
 * Nothing here is trusted. Whoever maps one of these may find anything in it at any time; who may write what
 * is said at each field, and what a reader must do about it in ring.hh, address_book.hh and sealed_memory.hh.
 *
 * Shape, a pair (one memfd for two ports, sparse: pages come into being when they are first written):
 *
 *   0                4096                  4096 + 1 MiB            4096 + 2 MiB
 *   +----------------+---------------------+-----------------------+
 *   | shm_pair_page  | data of ring[0]     | data of ring[1]       |
 *   +----------------+---------------------+-----------------------+
 *   ring[0] goes from the port with the lower number to the other, ring[1] back.
 *
 * Shape, a ring's data: records one behind the other, each 8-byte aligned:
 *
 *   0              4        6        8                    8 + frame_bytes
 *   +--------------+--------+--------+--------------------+---------+
 *   | frame_bytes  | kind   | 0      | frame              | padding |
 *   +--------------+--------+--------+--------------------+---------+
 *   A record never wraps: a record of kind SHM_RECORD_SKIP sends the reader to the start of the data instead,
 *   and the writer may put one wherever it likes, which is how it keeps its use of memory small.
 *
 * Shape, what a port publishes (shm_port_page) and what the control process publishes (shm_switch_page):
 * below.
 *
 * Units: bytes, frames, seconds of CLOCK_MONOTONIC. Order: the machine's own; nothing leaves it.
 * Threads: every field is read and written by lock-free atomic operations of its own size.
 */
#ifndef BANCO_SHM_SWITCH_MEMORY_H
#define BANCO_SHM_SWITCH_MEMORY_H

#include <assert.h>
#include <stdint.h>

#define SHM_MEMORY_VERSION 1u
#define SHM_PORT_MAGIC 0x73686d70u   /* "shmp" */
#define SHM_SWITCH_MAGIC 0x73686d73u /* "shms" */

#define SHM_CACHE_LINE_BYTES 64
#define SHM_RING_BYTES (1u << 20)
#define SHM_PAIR_PAGE_BYTES 4096u
#define SHM_PAIR_BYTES (SHM_PAIR_PAGE_BYTES + 2u * SHM_RING_BYTES)

#define SHM_PORT_COUNT_MAX 1024u
#define SHM_CLAIM_COUNT 1024u

/* Largest content of a record: a virtio_net_hdr_v1 (12) and an Ethernet super-frame (64 KiB, header, tag). */
#define SHM_RECORD_BYTES_MAX (12u + 65536u + 18u)

enum shm_record_kind {
  SHM_RECORD_FRAME = 1,   /* an Ethernet frame */
  SHM_RECORD_OFFLOAD = 2, /* a struct virtio_net_hdr_v1, then an Ethernet frame */
  SHM_RECORD_SKIP = 3     /* the next record is at the start of the data */
};

struct shm_record {
  uint32_t frame_bytes;
  uint16_t kind;
  uint16_t zero;
};

/* One direction of a pair. head and tail count every byte ever put and taken, skipped ones too, so that
 * head - tail is what lies in the ring, and their value modulo SHM_RING_BYTES is the offset. */
struct shm_ring {
  /* written by the sender */
  uint64_t head;
  uint32_t rung_epoch; /* the receiver's epoch in which the sender rings or has rung its bell */
  uint32_t sender_zero;
  uint64_t dropped_frames; /* the ring was full */
  uint8_t sender_rest[40];
  /* written by the receiver */
  uint64_t tail;
  uint32_t
      adopted; /* 1: the receiver watches this ring's bell; until then the sender asks control to wake it */
  uint32_t receiver_zero;
  uint8_t receiver_rest[48];
};

struct shm_pair_page {
  struct shm_ring ring[2];
  uint8_t rest[SHM_PAIR_PAGE_BYTES - 2 * 128];
};

/* Frames a port did not pass on, by reason. */
enum shm_drop {
  SHM_DROP_FULL = 0, /* sent: the receiver's ring was full */
  SHM_DROP_SIZE =
      1, /* sent: shorter than a header or longer than a frame may be; received: longer than the buffer */
  SHM_DROP_VLAN = 2,      /* the VLAN does not belong to this port, or not to the sender */
  SHM_DROP_MALFORMED = 3, /* an offload header or a record that cannot be */
  SHM_DROP_FILTERED = 4,  /* sent: to an address behind this same port, or to no port at all */
  SHM_DROP_COUNT = 5
};

struct shm_counters {
  uint64_t frames;
  uint64_t bytes;
  uint64_t dropped[SHM_DROP_COUNT];
  uint64_t flooded;
};

/* An address this port has sent from. */
struct shm_claim {
  uint64_t address; /* VLAN id << 48 | MAC address, the first octet on the wire being the highest */
  uint32_t last_used_s;
  uint32_t zero;
};

/* What a port publishes. Its owner mapped it for writing, then sealed it with F_SEAL_FUTURE_WRITE: nobody
 * else can write it. */
struct shm_port_page {
  uint32_t magic;
  uint32_t version;
  uint64_t owner; /* the process that uses the port: see port.hh on fork(2) */
  uint8_t rest_0[48];
  uint32_t epoch; /* which sleep of the receiver this is: a sender rings once in each */
  uint8_t rest_1[60];
  struct shm_counters sent;
  struct shm_counters received;
  uint32_t claims_version; /* grows when an address comes or goes */
  uint32_t claim_count;
  uint8_t rest_2[56];
  struct shm_claim claims[SHM_CLAIM_COUNT];
};

/* What the control process publishes; ports map it read-only. */
struct shm_switch_page {
  uint32_t magic;
  uint32_t version;
  uint8_t rest[56];
  uint32_t mail[SHM_PORT_COUNT_MAX]; /* messages sent to the port with that number so far */
};

#ifdef __cplusplus
#define SHM_ASSERT(condition) static_assert(condition, #condition)
#else
#define SHM_ASSERT(condition) _Static_assert(condition, #condition)
#endif
SHM_ASSERT(sizeof(struct shm_record) == 8);
SHM_ASSERT(sizeof(struct shm_ring) == 2 * SHM_CACHE_LINE_BYTES);
SHM_ASSERT(sizeof(struct shm_pair_page) == SHM_PAIR_PAGE_BYTES);
SHM_ASSERT(sizeof(struct shm_counters) == SHM_CACHE_LINE_BYTES);
SHM_ASSERT(sizeof(struct shm_claim) == 16);
SHM_ASSERT(sizeof(struct shm_port_page) == 5 * SHM_CACHE_LINE_BYTES + 16 * SHM_CLAIM_COUNT);
SHM_ASSERT(SHM_RING_BYTES % 4096u == 0);
SHM_ASSERT(SHM_RECORD_BYTES_MAX + 8u < SHM_RING_BYTES / 4);
#undef SHM_ASSERT

#endif
