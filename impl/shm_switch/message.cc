#include "impl/shm_switch/message.hh"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace banco::shm_switch {
void Message::set_text(std::string_view words) noexcept {
  const std::size_t count = std::min(words.size(), text.size() - 1);
  std::copy_n(words.begin(), count, text.begin());
  text[count] = '\0';
}

std::string Message::text_string() const {
  return {text.data(), ::strnlen(text.data(), text.size())};
}

Delivery send_message(const base::FileDescriptor& socket, const Message& message,
                      const std::vector<const base::FileDescriptor*>& descriptors,
                      const std::vector<PeerName>& peers) {
  std::array<iovec, 2> parts{{{const_cast<Message*>(&message), sizeof(message)},
                              {const_cast<PeerName*>(peers.data()), peers.size() * sizeof(PeerName)}}};
  msghdr header{};
  header.msg_iov = parts.data();
  header.msg_iovlen = peers.empty() ? 1 : 2;
  base::PassedDescriptors passed;
  passed.attach(header, descriptors);
  while (::sendmsg(socket.number(), &header, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
    if (errno == EINTR) continue;
    // ETOOMANYREFS: too many descriptors of this user are under way; later there will be fewer.
    if (errno == EAGAIN || errno == ENOBUFS || errno == ETOOMANYREFS) return Delivery::kWouldBlock;
    return Delivery::kGone;
  }
  return Delivery::kDone;
}

std::optional<ReceivedMessage> receive_message(const base::FileDescriptor& socket, bool& closed) {
  ReceivedMessage result;
  // All memory before the message is taken: when there is too little, it stays where it is.
  result.peers.resize(SHM_PORT_COUNT_MAX);
  result.descriptors.reserve(kMessageDescriptorsMax);
  std::array<iovec, 2> parts{{{&result.message, sizeof(result.message)},
                              {result.peers.data(), result.peers.size() * sizeof(PeerName)}}};
  msghdr header{};
  header.msg_iov = parts.data();
  header.msg_iovlen = parts.size();
  base::PassedDescriptors passed;
  passed.receive_into(header);
  ssize_t received = 0;
  do {
    received = ::recvmsg(socket.number(), &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  } while (received < 0 && errno == EINTR);
  if (received < 0) {
    if (errno != EAGAIN) closed = true;
    return std::nullopt;
  }
  if (received == 0) {
    closed = true;
    return std::nullopt;
  }
  base::PassedDescriptors::take(header, result.descriptors);
  const auto bytes = static_cast<std::size_t>(received);
  if (bytes < sizeof(Message) || result.message.magic != kMessageMagic ||
      (header.msg_flags & MSG_CTRUNC) != 0)
    throw std::runtime_error("speaks another protocol");
  if (result.message.version != SHM_MEMORY_VERSION)
    throw std::runtime_error("is of version " + std::to_string(result.message.version) +
                             ", this is version " + std::to_string(SHM_MEMORY_VERSION));
  const std::size_t rest_bytes = bytes - sizeof(Message);
  if ((header.msg_flags & MSG_TRUNC) != 0 || rest_bytes % sizeof(PeerName) != 0)
    throw std::runtime_error("sent a message of a wrong length");
  result.peers.resize(rest_bytes / sizeof(PeerName));
  return result;
}

}  // namespace banco::shm_switch
