// What ports and the control process of a switch say to each other: fixed messages over a Unix socket
// (SOCK_SEQPACKET, PATH/ctl), descriptors beside them (SCM_RIGHTS).
//
//   port                                   control
//   hello {version, wishes} + 3 fds   ──>  page, bell (a Unix socket), hang-up socket of the port
//                                     <──  welcome {number, settings} + 1 fd: the switch page
//                                     <──  for each peer, peer_joined + 4 fds: pair, two bells, its page
//                                     <──  settings: that was everybody
//                                     <──  later: peer_joined, peer_left, settings, peer_settings
//   knock {number}                    ──>  "there are frames for a port that does not watch our ring yet:
//   wake it"
//                                          (rings that port's bell)
//   hello, wrong or refused           <──  refused {error, text}
//
// After each message to a port, control raises the port's word in shm_switch_page.mail, so that a port knows
// without a system call that something waits. When control dies the port's bell hangs up; when it is back
// (inotify on PATH), the port says hello again with its old number, incarnation and secret, and the list of
// the peers that it is joined with.
//
// Control waits for no port: what the socket has no room for it keeps, and takes back a peer_joined that is
// unsent when that peer leaves.
//
// Trust: both sides check kind, length, number of descriptors, seals; each text ends within its field.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "impl/base/file_descriptor.hh"
#include "impl/base/local_socket.hh"
#include "impl/shm_switch/memory.h"
#include "impl/shm_switch/vlan.hh"

namespace banco::shm_switch {

constexpr std::uint32_t kMessageMagic = 0x73686d6d;  // "shmm"
constexpr std::size_t kMessageDescriptorsMax = 4;
static_assert(kMessageDescriptorsMax <= base::PassedDescriptors::kMost);

enum class MessageKind : std::uint32_t {
  kHello = 1,
  kWelcome,
  kRefused,
  kPeerJoined,
  kPeerLeft,
  kSettings,      // of the receiving port
  kPeerSettings,  // of port `number`
  kKnock,
};

struct PortSettings {
  VlanMembership vlans;
  std::uint16_t offload = 0;   // the port takes frames with a virtio_net_hdr_v1
  std::uint16_t isolated = 0;  // exchanges frames only with ports that are not
  std::uint16_t mirror = 0;    // gets a copy of every frame
  bool operator==(const PortSettings&) const = default;
};

struct SwitchSettings {
  std::uint32_t hub = 0;  // every frame goes to every port
  std::uint32_t ageing_s = 300;
};

struct PeerName {
  std::uint32_t number = 0;
  std::uint32_t zero = 0;
  std::uint64_t incarnation = 0;
};

struct Message {
  std::uint32_t magic = kMessageMagic;
  std::uint32_t version = SHM_MEMORY_VERSION;
  MessageKind kind = MessageKind::kHello;
  std::uint32_t number = 0;        // of the port that is meant; hello: wanted, 0 for any
  std::uint64_t incarnation = 0;   // of that port; hello: 0 unless it was there before
  std::uint64_t secret = 0;        // welcome, and hello again: that the port is who it was
  std::int32_t error = 0;          // refused: errno
  std::uint32_t peer_count = 0;    // hello: PeerNames behind the message
  std::uint32_t vlans_wanted = 0;  // hello: settings.vlans is a wish
  PortSettings settings;
  SwitchSettings switch_settings;
  std::array<char, 128> text{};  // hello: description; refused: the sentence

  void set_text(std::string_view words) noexcept;
  std::string text_string() const;
};
static_assert(std::is_trivially_copyable_v<Message> && std::is_trivially_copyable_v<PeerName>);

struct ReceivedMessage {
  Message message;
  std::vector<PeerName> peers;  // hello only
  std::vector<base::FileDescriptor> descriptors;
};

enum class Delivery { kDone, kWouldBlock, kGone };

// Sends without waiting. Throws nothing: a peer that is gone is an outcome.
Delivery send_message(const base::FileDescriptor& socket, const Message& message,
                      const std::vector<const base::FileDescriptor*>& descriptors = {},
                      const std::vector<PeerName>& peers = {});

// Takes one message without waiting; nothing when there is none. `closed` becomes true at end of file or when
// the socket has failed. Throws std::runtime_error with a sentence when what came is no message of ours.
std::optional<ReceivedMessage> receive_message(const base::FileDescriptor& socket, bool& closed);

}  // namespace banco::shm_switch
