// RequestServer: answers what clients ask at a lab's socket. What can be asked is added with on(), one
// function for each request; everything else here is the same for all of them.
//
// Each connection is served on a thread of its own, so that a guest that answers slowly, or a client that
// does not read, holds up nobody else. Trust: only processes of the same user are served; a request that is
// broken or unknown gets an error for an answer; requests at a time, their length and the wait for them are
// limited.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "harness/lab/connection.hh"

namespace banco::lab {

// One request and the connection it came by.
class Request {
 public:
  Request(Connection& connection, Message message) : connection_(connection), message_(std::move(message)) {}

  const nlohmann::json& content() const { return message_.content; }
  // A member that must be a text. Throws RequestError.
  std::string text(const char* member) const;
  // What came beside it. Throws RequestError unless there are exactly `count`.
  const std::vector<base::FileDescriptor>& descriptors(std::size_t count) const;

  // Throws base::SystemError when the client has gone.
  void answer(const nlohmann::json& content,
              const std::vector<const base::FileDescriptor*>& with = {}) const {
    connection_.send(content, with);
  }
  // Whether the client has gone within `timeout`; it says nothing more, so it waits or goes.
  bool abandoned(std::chrono::milliseconds timeout) const { return connection_.hung_up(timeout); }

 private:
  Connection& connection_;
  Message message_;
};

struct RequestLimits {
  int session_count = 64;
  std::size_t request_bytes = std::size_t{1} << 20;
  std::chrono::milliseconds patience{10'000};  // with a client that does not write or read
};

class RequestServer {
 public:
  // Serves one request; runs on any thread. An exception becomes the answer {"error": what(),
  // "refused": whether it was a RequestError, one that asking otherwise would cure}.
  using Handler = std::function<void(const Request&)>;

  // `listening`: a Unix stream socket that listens.
  explicit RequestServer(base::FileDescriptor listening, RequestLimits limits = {});
  // Waits for the requests that are being served.
  ~RequestServer();
  RequestServer(const RequestServer&) = delete;
  RequestServer& operator=(const RequestServer&) = delete;

  // Requires: before serve().
  void on(const std::string& request, Handler handler) { handlers_[request] = std::move(handler); }
  // Serves until the socket is shut down (shutdown(2)).
  void serve();

 private:
  void start_session(base::FileDescriptor socket);
  void serve_session(Connection& connection) const;
  void dispatch(Connection& connection) const;

  base::FileDescriptor listening_;
  RequestLimits limits_;
  std::map<std::string, Handler> handlers_;
  std::mutex mutex_;
  std::condition_variable session_ended_;
  int session_count_ = 0;
};

}  // namespace banco::lab
