// A device that is not a tap, by packet(7): everything that arrives there, in promiscuous mode.
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

#include "impl/base/system_error.hh"
#include "impl/shm_switch/kernel_device.hh"
#include "impl/vde/ethernet.hh"
#include "impl/vde/virtio_net_header.hh"

namespace banco::shm_switch {
namespace {

using base::check_system_call;

// Packet sockets carry the header without its last field.
constexpr std::size_t kHeaderBytes = sizeof(virtio_net_hdr);
constexpr std::size_t kOurHeaderBytes = sizeof(virtio_net_hdr_v1);
constexpr std::size_t kAddressesBytes = 12;
// The default holds three super-frames. Forced, since rmem_max and wmem_max are for sockets of programs.
constexpr int kSocketBufferBytes = 8 << 20;
// For room in it: the device is slower than the switch.
constexpr int kPatienceMs = 1;

template <typename Value>
void set_option(const base::FileDescriptor& socket, const char* name, int option, const Value& value) {
  check_system_call(name, ::setsockopt(socket.number(), SOL_PACKET, option, &value, sizeof(value)));
}

class PacketDevice : public KernelDevice {
 public:
  explicit PacketDevice(const std::string& name)
      // Without a protocol until it is bound, so that nothing of other devices comes in.
      : KernelDevice(base::FileDescriptor(
            check_system_call("socket", ::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)))),
        index_(::if_nametoindex(name.c_str())) {
    for (const int buffer : {SO_RCVBUFFORCE, SO_SNDBUFFORCE})  // not in a namespace of an ordinary user
      ::setsockopt(descriptor().number(), SOL_SOCKET, buffer, &kSocketBufferBytes,
                   sizeof(kSocketBufferBytes));
    set_option(descriptor(), "PACKET_VNET_HDR", PACKET_VNET_HDR, 1);
    set_option(descriptor(), "PACKET_AUXDATA", PACKET_AUXDATA, 1);
    set_option(descriptor(), "PACKET_IGNORE_OUTGOING", PACKET_IGNORE_OUTGOING, 1);
    packet_mreq everything{};
    everything.mr_ifindex = static_cast<int>(index_);
    everything.mr_type = PACKET_MR_PROMISC;
    set_option(descriptor(), "PACKET_ADD_MEMBERSHIP", PACKET_ADD_MEMBERSHIP, everything);
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_protocol = htons(ETH_P_ALL);
    address.sll_ifindex = static_cast<int>(index_);
    check_system_call(
        "bind", name,
        ::bind(descriptor().number(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)));
  }

  ssize_t read(std::span<std::byte> buffer) override {
    // Room for the field that is missing, and behind it for a tag, which the kernel keeps beside the frame.
    std::array<iovec, 2> parts{
        {{buffer.data(), kHeaderBytes},
         {buffer.data() + kOurHeaderBytes, buffer.size() - kOurHeaderBytes - vde::kVlanTagBytes}}};
    alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(sizeof(tpacket_auxdata))> control;
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = parts.size();
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t got = ::recvmsg(descriptor().number(), &message, 0);
    if (got < 0) {
      if (errno == EINTR || (errno == ENETDOWN && is_there())) errno = EAGAIN;
      return got;
    }
    if (static_cast<std::size_t>(got) < kHeaderBytes + vde::kEthernetHeaderBytes ||
        (message.msg_flags & MSG_TRUNC) != 0) {
      errno = EAGAIN;
      return -1;
    }
    std::memset(buffer.data() + kHeaderBytes, 0, kOurHeaderBytes - kHeaderBytes);
    const std::size_t bytes = static_cast<std::size_t>(got) - kHeaderBytes + kOurHeaderBytes;
    const auto tag = tag_beside(message);
    return static_cast<ssize_t>(tag ? put_in(buffer, bytes, *tag) : bytes);
  }

  bool write(std::span<const std::byte> bytes) override {
    virtio_net_hdr header{};
    if (bytes.size() < kOurHeaderBytes + vde::kEthernetHeaderBytes) return true;
    std::memcpy(&header, bytes.data(), sizeof(header));
    const auto frame = bytes.subspan(kOurHeaderBytes);
    const std::array<iovec, 2> parts{
        {{&header, sizeof(header)}, {const_cast<std::byte*>(frame.data()), frame.size()}}};
    const auto write_once = [&] { return ::writev(descriptor().number(), parts.data(), parts.size()) >= 0; };
    if (write_once()) return true;
    if (errno == EAGAIN || errno == ENOBUFS) {
      pollfd entry{descriptor().number(), POLLOUT, 0};
      ::poll(&entry, 1, kPatienceMs);
      if (write_once()) return true;
    }
    return errno != ENXIO && errno != ENODEV;
  }

 private:
  struct Tag {
    std::uint16_t type;
    std::uint16_t tci;
  };

  bool is_there() const {
    std::array<char, IF_NAMESIZE> name;
    return ::if_indextoname(index_, name.data()) != nullptr;
  }

  static std::optional<Tag> tag_beside(msghdr& message) {
    for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr; part = CMSG_NXTHDR(&message, part)) {
      if (part->cmsg_level != SOL_PACKET || part->cmsg_type != PACKET_AUXDATA) continue;
      tpacket_auxdata data{};
      std::memcpy(&data, CMSG_DATA(part), sizeof(data));
      if ((data.tp_status & TP_STATUS_VLAN_VALID) == 0) return std::nullopt;
      const bool has_type = (data.tp_status & TP_STATUS_VLAN_TPID_VALID) != 0;
      return Tag{has_type ? data.tp_vlan_tpid : vde::kEtherTypeVlan, data.tp_vlan_tci};
    }
    return std::nullopt;
  }

  // The new length.
  static std::size_t put_in(std::span<std::byte> buffer, std::size_t bytes, Tag tag) {
    const auto frame = buffer.subspan(kOurHeaderBytes);
    const std::size_t rest = bytes - kOurHeaderBytes - kAddressesBytes;
    std::memmove(&frame[kAddressesBytes + vde::kVlanTagBytes], &frame[kAddressesBytes], rest);
    vde::store16(frame, kAddressesBytes, tag.type);
    vde::store16(frame, kAddressesBytes + 2, tag.tci);
    virtio_net_hdr header{};
    std::memcpy(&header, buffer.data(), sizeof(header));
    if ((header.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) != 0)
      header.csum_start = static_cast<std::uint16_t>(header.csum_start + vde::kVlanTagBytes);
    if (header.hdr_len != 0) header.hdr_len = static_cast<std::uint16_t>(header.hdr_len + vde::kVlanTagBytes);
    std::memcpy(buffer.data(), &header, sizeof(header));
    return bytes + vde::kVlanTagBytes;
  }

  unsigned index_;
};

}  // namespace

std::unique_ptr<KernelDevice> open_packet_device(const std::string& name) {
  return std::make_unique<PacketDevice>(name);
}

}  // namespace banco::shm_switch
