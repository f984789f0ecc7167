// What Unix sockets (unix(7)) need everywhere: their address, and descriptors that go along with a message.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cstddef>
#include <filesystem>
#include <span>
#include <vector>

#include "impl/base/file_descriptor.hh"

namespace banco::base {

// Throws std::runtime_error with a sentence when the path is longer than the 107 bytes that fit.
sockaddr_un socket_address(const std::filesystem::path& path);

// A socket connected to the one that listens at `path`; `type` as in socket(2). Throws as socket_address()
// does, and SystemError (ECONNREFUSED: nobody listens there any more).
FileDescriptor connect_local(const std::filesystem::path& path, int type = SOCK_STREAM);

// The control part of one sendmsg(2) or recvmsg(2) that carries descriptors (SCM_RIGHTS). It must live as
// long as the msghdr that it was put into.
class PassedDescriptors {
 public:
  static constexpr std::size_t kMost = 4;

  // Before sendmsg. Requires: at most kMost.
  void attach(msghdr& header, std::span<const FileDescriptor* const> descriptors) noexcept;
  // Before recvmsg (with MSG_CMSG_CLOEXEC).
  void receive_into(msghdr& header) noexcept;
  // After recvmsg: appends what came, which needs no memory where `result` has room for kMost more.
  static void take(msghdr& header, std::vector<FileDescriptor>& result);

 private:
  alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(kMost * sizeof(int))> room_{};
};

}  // namespace banco::base
