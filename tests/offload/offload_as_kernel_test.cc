// The kernel as the reference: it splits the same super-frames, and every byte must be the same as ours.
// A tap takes frames with a virtio_net_hdr_v1 in, a tap without offloads gets what the kernel makes of them.
//
//     test ──vnet header, super-frame──> tap "in" ── bridge ── tap "out" ──plain frames──> test
//
// Source  drivers/net/tun.c, net/core/dev.c (validate_xmit_skb), net/ipv4/{tcp,udp}_offload.c.
#include <gmock/gmock.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <functional>

#include "impl/base/namespaces.hh"
#include "impl/base/network_devices.hh"
#include "impl/base/system_error.hh"
#include "impl/vde/ethernet.hh"
#include "impl/vde/offload.hh"
#include "impl/vde/test_frames.hh"

namespace banco::vde {
namespace {

base::FileDescriptor open_tap(const std::string& name, int flags) {
  base::FileDescriptor tap = base::open_file("/dev/net/tun", O_RDWR | O_NONBLOCK);
  ifreq request{};
  name.copy(request.ifr_name, IFNAMSIZ - 1);
  request.ifr_flags = static_cast<short>(IFF_TAP | IFF_NO_PI | flags);
  base::check_system_call("ioctl TUNSETIFF", ::ioctl(tap.number(), TUNSETIFF, &request));
  return tap;
}

class KernelSegmenter {
 public:
  KernelSegmenter() : bridge_("br0"), in_(open_tap("in", IFF_VNET_HDR)), out_(open_tap("out", 0)) {
    int header_bytes = sizeof(virtio_net_hdr_v1);
    base::check_system_call("ioctl TUNSETVNETHDRSZ", ::ioctl(in_.number(), TUNSETVNETHDRSZ, &header_bytes));
    base::Netlink netlink;
    netlink.set_mtu("out", 9000);
    for (const char* name : {"in", "out"}) {
      netlink.set_master(name, "br0");
      netlink.set_up(name);
    }
  }

  bool knows_uso() const {
    constexpr unsigned long kUso = 0x20 | 0x40;  // TUN_F_USO4, TUN_F_USO6; offered together or not at all
    return ::ioctl(in_.number(), TUNSETOFFLOAD, TUN_F_CSUM | kUso) == 0;
  }

  // The first `expected_count` plain frames from the source of `input` that come out, fewer after two
  // seconds.
  std::vector<Bytes> segments_of(const TestFrame& input, std::size_t expected_count) {
    std::string message(sizeof input.header + input.frame.size(), '\0');
    std::memcpy(message.data(), &input.header, sizeof input.header);
    std::memcpy(message.data() + sizeof input.header, input.frame.data(), input.frame.size());
    in_.write_all(message);
    std::vector<Bytes> frames;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(2);
    while (frames.size() < expected_count && std::chrono::steady_clock::now() < deadline) {
      if (!out_.wait_for(POLLIN, std::chrono::milliseconds(100))) continue;
      Bytes buffer(70000);
      buffer.resize(out_.read(buffer));
      if (source_of(buffer) == source_of(input.frame)) frames.push_back(buffer);
    }
    return frames;
  }

 private:
  base::Bridge bridge_;
  base::FileDescriptor in_;
  base::FileDescriptor out_;
};

std::vector<Bytes> our_segments_of(const TestFrame& input) {
  std::vector<Bytes> frames;
  segment(input.header, input.frame, [&](auto headers, auto payload) {
    Bytes& frame = frames.emplace_back(headers.begin(), headers.end());
    append(frame, payload);
  });
  return frames;
}

// The kernel chooses identifications of IPv6 fragments at random; the fragment header is where UDP was.
void clear_fragment_identity(Bytes& frame, const TestFrame& input) {
  const bool is_ipv6 = get(frame, input.network, 1) >> 4 == 6;
  if (is_ipv6 && input.header.gso_type == VIRTIO_NET_HDR_GSO_UDP) put(frame, input.transport + 4, 4, 0);
}

constexpr int kSkipped = 77;

// The body of a test, where nobody sees the bridge.
void with_kernel(const std::function<int(KernelSegmenter&, std::mt19937&)>& body) {
  if (::access("/dev/net/tun", R_OK | W_OK) != 0) GTEST_SKIP() << "missing: /dev/net/tun";
  const int exit_code = base::run_in_new_namespaces([&] {
    try {
      KernelSegmenter kernel;
      std::mt19937 random(50);
      const int answer = body(kernel, random);
      return testing::Test::HasFailure() ? 1 : answer;
    } catch (const std::exception& error) {
      ADD_FAILURE() << error.what();
      return 1;
    }
  });
  if (exit_code == kSkipped) GTEST_SKIP() << "missing: USO of tap(4), Linux 6.2";
  EXPECT_EQ(exit_code, 0);
}

void compare(KernelSegmenter& kernel, const FrameShape& shape, std::mt19937& random) {
  TestFrame input = build(shape, random);
  input.header.hdr_len = static_cast<std::uint16_t>(input.payload);  // the kernel does not look for itself
  std::vector<Bytes> ours = our_segments_of(input);
  ASSERT_FALSE(ours.empty());
  std::vector<Bytes> theirs = kernel.segments_of(input, ours.size());
  ASSERT_EQ(theirs.size(), ours.size());
  for (std::size_t index = 0; index < ours.size(); ++index) {
    clear_fragment_identity(ours[index], input);
    clear_fragment_identity(theirs[index], input);
    ASSERT_EQ(ours[index], theirs[index]) << "frame " << index << " of " << ours.size();
  }
}

// Hop-by-hop options, a routing header and destination options, as a receiver would take them.
void add_extensions(FrameShape& shape) {
  shape.kinds = {0, 43, 60};
  for (const int kind : shape.kinds) {
    Bytes extension(16);
    put(extension, 1, 1, 1);
    if (kind != 43) put(extension, 2, 2, 0x010c);  // padding; in a routing header: no segments left
    append(shape.extensions, extension);
  }
}

// What every sort of super-frame has in common. More data than fits one segment: the kernel drops others.
FrameShape shape_of(std::uint8_t gso_type, bool is_tcp, bool is_ipv6, std::mt19937& random) {
  const auto gso_size = static_cast<std::uint16_t>((400 + random() % 1000) & ~7u);
  return {.is_ipv6 = is_ipv6,
          .is_tcp = is_tcp,
          .is_tagged = random() % 2 == 0,
          .payload_bytes = gso_size + 1 + random() % 20000,
          .identification = static_cast<std::uint16_t>(random()),
          .gso_type = gso_type,
          .gso_size = gso_size};
}

TEST(OffloadAsKernel, SplitsTcp) {
  with_kernel([](KernelSegmenter& kernel, std::mt19937& random) -> int {
    for (int round = 0; round < 40 && !testing::Test::HasFailure(); ++round) {
      const bool is_ipv6 = round % 2 != 0;
      const int gso_type = is_ipv6 ? VIRTIO_NET_HDR_GSO_TCPV6 : VIRTIO_NET_HDR_GSO_TCPV4;
      FrameShape shape = shape_of(static_cast<std::uint8_t>(gso_type), true, is_ipv6, random);
      shape.tcp_option_bytes = random() % 11 * 4;
      shape.tcp_flags = 0x10 | static_cast<int>(random() & 0xc9);  // ACK; CWR, ECE, PSH, FIN
      shape.sequence = static_cast<std::uint32_t>(random());
      if (is_ipv6 && random() % 2 == 0) add_extensions(shape);
      compare(kernel, shape, random);
    }
    return 0;
  });
}

TEST(OffloadAsKernel, SplitsUdpIntoDatagrams) {
  with_kernel([](KernelSegmenter& kernel, std::mt19937& random) -> int {
    if (!kernel.knows_uso()) return kSkipped;
    for (int round = 0; round < 20 && !testing::Test::HasFailure(); ++round) {
      FrameShape shape = shape_of(kGsoUdpDatagrams, false, round % 2 != 0, random);
      if (shape.is_ipv6 && random() % 2 == 0) add_extensions(shape);
      compare(kernel, shape, random);
    }
    return 0;
  });
}

// Without extension headers: Linux 6.18 counts them into the offsets of fragments and repeats destination
// options in each, so that what it makes cannot be put together again (seen here; RFC 8200 4.5 has it
// otherwise).
TEST(OffloadAsKernel, SplitsUdpIntoFragments) {
  with_kernel([](KernelSegmenter& kernel, std::mt19937& random) -> int {
    for (int round = 0; round < 20 && !testing::Test::HasFailure(); ++round)
      compare(kernel, shape_of(VIRTIO_NET_HDR_GSO_UDP, false, round % 2 != 0, random), random);
    return 0;
  });
}

TEST(OffloadAsKernel, CompletesChecksums) {
  with_kernel([](KernelSegmenter& kernel, std::mt19937& random) -> int {
    for (int round = 0; round < 40 && !testing::Test::HasFailure(); ++round) {
      FrameShape shape = shape_of(VIRTIO_NET_HDR_GSO_NONE, round % 4 < 2, round % 2 != 0, random);
      shape.payload_bytes = random() % 8000;
      compare(kernel, shape, random);
    }
    return 0;
  });
}

}  // namespace
}  // namespace banco::vde
