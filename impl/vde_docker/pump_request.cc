#include "impl/vde_docker/pump_request.hh"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <vector>

#include "impl/base/local_socket.hh"
#include "impl/base/signals.hh"
#include "impl/base/system_error.hh"

namespace banco::vde_docker {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(PumpRequest, url, tap, socket, network_namespace, alias, mtu_bytes,
                                   wait_ms)

namespace {

using base::FileDescriptor;

constexpr std::size_t kLongestMessage_bytes = 64 << 10;
constexpr const char* kStarted = "started";

void send(const FileDescriptor& socket, std::string text, const FileDescriptor* passed) {
  iovec part{text.data(), text.size()};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  base::PassedDescriptors descriptors;
  if (passed != nullptr) descriptors.attach(header, std::array{passed});
  base::check_system_call("sendmsg", ::sendmsg(socket.number(), &header, MSG_NOSIGNAL | MSG_DONTWAIT));
}

struct Message {
  std::string text;
  std::vector<FileDescriptor> descriptors;
};

// Nothing when the other side has gone.
std::optional<Message> receive(const FileDescriptor& socket) {
  Message message{std::string(kLongestMessage_bytes, '\0'), {}};
  iovec part{message.text.data(), message.text.size()};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  base::PassedDescriptors descriptors;
  descriptors.receive_into(header);
  ssize_t size = 0;
  do {
    size = ::recvmsg(socket.number(), &header, MSG_CMSG_CLOEXEC);
  } while (size < 0 && errno == EINTR);
  if (size < 0 && errno == ECONNRESET) return std::nullopt;
  base::check_system_call("recvmsg", size);
  base::PassedDescriptors::take(header, message.descriptors);
  if (size == 0 && message.descriptors.empty()) return std::nullopt;
  message.text.resize(static_cast<std::size_t>(size));
  return message;
}

}  // namespace

std::pair<FileDescriptor, FileDescriptor> make_socket_pair() {
  std::array<int, 2> ends{};
  base::check_system_call("socketpair", ::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()));
  return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

void send_request(const FileDescriptor& to_pumps, const PumpRequest& request, const FileDescriptor& answer) {
  send(to_pumps, nlohmann::json(request).dump(), &answer);
}

std::optional<ReceivedRequest> receive_request(const FileDescriptor& from_driver) {
  auto message = receive(from_driver);
  if (!message) return std::nullopt;
  if (message->descriptors.size() != 1) throw std::runtime_error("a request without a socket for its answer");
  return ReceivedRequest{nlohmann::json::parse(message->text).get<PumpRequest>(),
                         std::move(message->descriptors.front())};
}

void send_answer(const FileDescriptor& answer, const std::string& failure) {
  const FileDescriptor self = base::open_pidfd(::getpid());
  try {
    send(answer, failure.empty() ? std::string(kStarted) : failure, &self);
  } catch (const base::SystemError&) {
    // The driver was killed, and finds us when it is back.
  }
}

PumpAnswer receive_answer(const FileDescriptor& answer) {
  auto message = receive(answer);
  if (!message || message->descriptors.empty()) throw std::runtime_error("vde_docker_pump has ended already");
  return {.process = std::move(message->descriptors.front()),
          .failure = message->text == kStarted ? "" : std::move(message->text)};
}

}  // namespace banco::vde_docker
