// Connection: one end of a lab's socket, and the messages that go over it.
// Shape: a Unix stream; each message is one JSON object on a line of its own, descriptors beside its first
// byte (SCM_RIGHTS). The client asks one question, {"request": NAME, …}, and the lab gives one answer or
// several: an object, or {"error": SENTENCE, …}. Which requests there are stands in requests.hh.
// Trust: neither side believes the other's lengths; a line has a limit, JSON is parsed within bounds.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "impl/base/file_descriptor.hh"

namespace banco::lab {

// Why a request cannot be served, in one sentence for the user; also what a broken message says.
class RequestError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct Message {
  nlohmann::json content;  // an object
  std::vector<base::FileDescriptor> descriptors;
};

class Connection {
 public:
  // A connected socket.
  explicit Connection(base::FileDescriptor socket) : socket_(std::move(socket)) {}
  // Throws base::SystemError (ECONNREFUSED: nobody listens there any more).
  static Connection to(const std::filesystem::path& socket);

  // Requires: at most base::PassedDescriptors::kMost descriptors. Throws base::SystemError when the other
  // side has gone or does not read.
  void send(const nlohmann::json& content,
            const std::vector<const base::FileDescriptor*>& descriptors = {}) const;
  // The next message; nothing when the other side has closed. Throws RequestError for what is no message, or
  // longer than `limit_bytes`; base::SystemError, EAGAIN when nothing came within the patience.
  std::optional<Message> receive(std::size_t limit_bytes = std::size_t{16} << 20);

  // How long send() and receive() wait for the other side; for ever unless this is called.
  void set_patience(std::chrono::milliseconds patience) const;
  // Whether the other side has closed, or sent something that nobody waits for.
  bool hung_up(std::chrono::milliseconds timeout) const;

  // Readable when there is an answer or the other side has closed.
  const base::FileDescriptor& descriptor() const { return socket_; }

  // Who is at the other end; of one that listened, who made it listen. Throws base::SystemError.
  uid_t peer_user() const;
  pid_t peer_process() const;

 private:
  base::FileDescriptor socket_;
  std::string unread_;  // behind the last message
};

}  // namespace banco::lab
