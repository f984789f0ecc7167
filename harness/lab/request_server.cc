#include "harness/lab/request_server.hh"

#include <sys/socket.h>
#include <unistd.h>

#include <exception>
#include <thread>

#include "harness/measure/json.hh"
#include "impl/base/system_error.hh"

namespace banco::lab {
namespace {

void send_error(const Connection& connection, const std::exception& error, bool refused) {
  try {
    connection.send({{"error", error.what()}, {"refused", refused}});
  } catch (const base::SystemError&) {  // the client has gone
  }
}

}  // namespace

std::string Request::text(const char* member) const {
  try {
    return measure::json_text(content(), member);
  } catch (const measure::JsonError& error) {
    throw RequestError(error.what());
  }
}

const std::vector<base::FileDescriptor>& Request::descriptors(std::size_t count) const {
  if (message_.descriptors.size() == count) return message_.descriptors;
  throw RequestError("a request with " + std::to_string(message_.descriptors.size()) + " descriptors, not " +
                     std::to_string(count));
}

RequestServer::RequestServer(base::FileDescriptor listening, RequestLimits limits)
    : listening_(std::move(listening)), limits_(limits) {}

RequestServer::~RequestServer() {
  std::unique_lock lock(mutex_);
  session_ended_.wait(lock, [&] { return session_count_ == 0; });
}

void RequestServer::serve() {
  for (;;) {
    base::FileDescriptor socket(::accept4(listening_.number(), nullptr, nullptr, SOCK_CLOEXEC));
    if (socket.is_open()) {
      start_session(std::move(socket));
    } else if (errno == EINVAL) {
      return;
    } else if (errno != EINTR && errno != ECONNABORTED) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));  // no descriptor or memory is left
    }
  }
}

void RequestServer::start_session(base::FileDescriptor socket) {
  {
    const std::lock_guard lock(mutex_);
    if (session_count_ >= limits_.session_count) return;  // the client sees its connection closed
    ++session_count_;
  }
  const auto session = [this](Connection connection) {
    serve_session(connection);
    const std::lock_guard lock(mutex_);
    --session_count_;
    session_ended_.notify_all();
  };
  try {
    std::thread(session, Connection(std::move(socket))).detach();
  } catch (const std::system_error&) {  // no thread is to be had
    const std::lock_guard lock(mutex_);
    --session_count_;
  }
}

void RequestServer::serve_session(Connection& connection) const {
  try {
    connection.set_patience(limits_.patience);
    dispatch(connection);
  } catch (const RequestError& error) {
    send_error(connection, error, true);
  } catch (const std::invalid_argument& error) {
    send_error(connection, error, true);
  } catch (const std::exception& error) {
    send_error(connection, error, false);
  }
}

void RequestServer::dispatch(Connection& connection) const {
  auto message = connection.receive(limits_.request_bytes);
  if (!message) return;
  // Not before it has been read: whoever still sends would find that we hang up, and not why.
  if (connection.peer_user() != ::geteuid()) throw RequestError("this lab is another user's");
  const Request request(connection, *std::move(message));
  const std::string name = request.text("request");
  const auto handler = handlers_.find(name);
  if (handler == handlers_.end())
    throw RequestError("this lab knows no request '" + name + "'; it may be of another version of banco");
  handler->second(request);
}

}  // namespace banco::lab
