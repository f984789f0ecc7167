// Server: HTTP on a Unix socket, for Docker.
//
// Theory of operation: a thread waits for connections, and a fixed number of others serve one each, since a
// request may wait for a switch. A connection carries one request, so that none of them waits for a client
// that has no more to say, and none is closed while Docker sends its next.
//
// Trust  anybody who may write to the socket (root alone): bodies of at most 1 MiB, two seconds for a client
//        that says nothing.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "impl/base/file_descriptor.hh"
#include "impl/vde_docker/api.hh"

namespace httplib {
class Server;
}

namespace banco::vde_docker {

class Server {
 public:
  using Handler = std::function<Answer(const std::string& path, const std::string& body)>;

  // Serves whoever connects to `listening`, until this goes. Throws SystemError.
  Server(const base::FileDescriptor& listening, Handler handler);
  // Waits for requests that are being answered.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // False when connections can be accepted no more.
  bool is_running() const;

 private:
  std::unique_ptr<httplib::Server> http_;
  std::jthread accepting_;
};

// The socket that systemd listens at for us (sd_listen_fds(3)); a closed one without.
base::FileDescriptor activated_socket();

}  // namespace banco::vde_docker
