#include "harness/lab/connection.hh"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <span>

#include "harness/measure/json.hh"
#include "impl/base/local_socket.hh"
#include "impl/base/system_error.hh"

namespace banco::lab {
namespace {

ucred peer_of(const base::FileDescriptor& socket) {
  ucred peer{};
  socklen_t size_bytes = sizeof peer;
  base::check_system_call("getsockopt SO_PEERCRED",
                          ::getsockopt(socket.number(), SOL_SOCKET, SO_PEERCRED, &peer, &size_bytes));
  return peer;
}

nlohmann::json parse(const std::string& line) {
  try {
    auto content = measure::parse_json(line);
    if (content.is_object()) return content;
  } catch (const measure::JsonError& error) {
    throw RequestError(std::string("a message that is ") + error.what());
  }
  throw RequestError("a message that is no JSON object");
}

}  // namespace

Connection Connection::to(const std::filesystem::path& socket) {
  return Connection(base::connect_local(socket));
}

void Connection::send(const nlohmann::json& content,
                      const std::vector<const base::FileDescriptor*>& descriptors) const {
  const std::string line = content.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  for (std::size_t sent = 0; sent < line.size();) {
    iovec part{const_cast<char*>(line.data()) + sent, line.size() - sent};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    base::PassedDescriptors passed;
    if (sent == 0) passed.attach(header, descriptors);
    const ssize_t count = ::sendmsg(socket_.number(), &header, MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    sent += static_cast<std::size_t>(base::check_system_call("sendmsg", count));
  }
}

std::optional<Message> Connection::receive(std::size_t limit_bytes) {
  Message message;
  for (;;) {
    if (const auto newline = unread_.find('\n'); newline != std::string::npos) {
      message.content = parse(unread_.substr(0, newline));
      unread_.erase(0, newline + 1);
      return message;
    }
    if (unread_.size() > limit_bytes) throw RequestError("a message that is too long");
    std::array<char, 16384> buffer;
    iovec part{buffer.data(), buffer.size()};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    base::PassedDescriptors passed;
    passed.receive_into(header);
    const ssize_t count = ::recvmsg(socket_.number(), &header, MSG_CMSG_CLOEXEC);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == ECONNRESET) return std::nullopt;  // closed before it read what we sent
    base::check_system_call("recvmsg", count);
    base::PassedDescriptors::take(header, message.descriptors);
    if ((header.msg_flags & MSG_CTRUNC) != 0 || message.descriptors.size() > base::PassedDescriptors::kMost)
      throw RequestError("a message with too many descriptors");
    if (count == 0 && unread_.empty()) return std::nullopt;
    if (count == 0) throw RequestError("a message that ends early");
    unread_.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

void Connection::set_patience(std::chrono::milliseconds patience) const {
  const timeval limit{.tv_sec = patience.count() / 1000, .tv_usec = patience.count() % 1000 * 1000};
  for (const int option : {SO_RCVTIMEO, SO_SNDTIMEO})
    base::check_system_call("setsockopt",
                            ::setsockopt(socket_.number(), SOL_SOCKET, option, &limit, sizeof limit));
}

bool Connection::hung_up(std::chrono::milliseconds timeout) const {
  return !unread_.empty() || socket_.wait_for(POLLIN, timeout);
}

uid_t Connection::peer_user() const {
  return peer_of(socket_).uid;
}

pid_t Connection::peer_process() const {
  return peer_of(socket_).pid;
}

}  // namespace banco::lab
