// For tests: a client that speaks to the control process itself, and need not say or read what a port does.
#pragma once

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cstring>
#include <filesystem>
#include <optional>
#include <utility>

#include "impl/shm_switch/message.hh"
#include "impl/shm_switch/sealed_memory.hh"

namespace banco::shm_switch {

// Does not wait: not open when the backlog is full.
inline base::FileDescriptor connect_raw(const std::filesystem::path& switch_path) {
  base::FileDescriptor socket(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = switch_path / "ctl";
  std::memcpy(address.sun_path, path.data(), path.size());
  if (::connect(socket.number(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) return {};
  return socket;
}

inline std::pair<base::FileDescriptor, base::FileDescriptor> raw_socket_pair() {
  std::array<int, 2> sockets{};
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets.data()), 0);
  return {base::FileDescriptor(sockets[0]), base::FileDescriptor(sockets[1])};
}

// What control answers, nothing when it hangs up.
inline std::optional<Message> answer(const base::FileDescriptor& socket) {
  if (!socket.wait_for(POLLIN, std::chrono::seconds(2))) return std::nullopt;
  bool closed = false;
  auto received = receive_message(socket, closed);
  return received ? std::optional(received->message) : std::nullopt;
}

// What a hello brings; one serves for many clients.
struct RawHello {
  RawHello() : page(make_published_memory("test", sizeof(shm_port_page))) {
    auto& header = *reinterpret_cast<shm_port_page*>(page.mapping.bytes().data());
    header.magic = SHM_PORT_MAGIC;
    header.version = SHM_MEMORY_VERSION;
    std::tie(our_bell, bell) = raw_socket_pair();
    std::tie(our_hang_up, hang_up) = raw_socket_pair();
  }
  Delivery say(const base::FileDescriptor& socket, const Message& message = {}) const {
    return send_message(socket, message, {&page.file, &bell, &hang_up});
  }

  SharedMemory page;
  base::FileDescriptor our_bell, bell;
  base::FileDescriptor our_hang_up, hang_up;
};

}  // namespace banco::shm_switch
