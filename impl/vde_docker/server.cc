#include "impl/vde_docker/server.hh"

#include <fcntl.h>
#include <httplib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <stdexcept>

#include "impl/base/system_error.hh"

namespace banco::vde_docker {
namespace {

constexpr std::size_t kThreads_count = 32;
constexpr std::size_t kBodyLimit_bytes = std::size_t{1} << 20;
constexpr time_t kSilenceLimit_s = 2;
constexpr const char* kContentType = "application/vnd.docker.plugins.v1.2+json";
// sd_listen_fds(3)
constexpr int kFirstActivated = 3;

// httplib would make its socket itself, and forget who may use it.
class SocketServer : public httplib::Server {
 public:
  // Takes over `number`.
  void serve(int number) {
    svr_sock_ = number;
    listen_after_bind();
  }
};

std::size_t number_in(const char* text) {
  std::size_t number = 0;
  if (text != nullptr) std::from_chars(text, text + std::char_traits<char>::length(text), number);
  return number;
}

}  // namespace

Server::Server(const base::FileDescriptor& listening, Handler handler) {
  auto http = std::make_unique<SocketServer>();
  http->new_task_queue = [] { return new httplib::ThreadPool(kThreads_count); };
  http->set_payload_max_length(kBodyLimit_bytes);
  http->set_keep_alive_max_count(1);
  http->set_keep_alive_timeout(kSilenceLimit_s);
  http->set_read_timeout(kSilenceLimit_s);
  http->set_write_timeout(kSilenceLimit_s);
  http->Post(".*",
             [handler = std::move(handler)](const httplib::Request& request, httplib::Response& response) {
               Answer answer = handler(request.path, request.body);
               response.status = answer.status;
               response.set_content(std::move(answer.body), kContentType);
             });
  // What httplib refuses itself.
  http->set_error_handler([](const httplib::Request&, httplib::Response& response) {
    if (!response.body.empty()) return;
    const std::string sentence =
        response.status == 413 ? "the body is longer than 1 MiB" : "this is no request that Docker makes";
    response.set_content(error_answer(response.status, sentence).body, kContentType);
  });
  // It waits in accept(2), and closes the descriptor when it stops.
  const int flags = base::check_system_call("fcntl F_GETFL", ::fcntl(listening.number(), F_GETFL));
  base::check_system_call("fcntl F_SETFL", ::fcntl(listening.number(), F_SETFL, flags & ~O_NONBLOCK));
  const int number =
      base::check_system_call("fcntl F_DUPFD_CLOEXEC", ::fcntl(listening.number(), F_DUPFD_CLOEXEC, 0));
  accepting_ = std::jthread([server = http.get(), number] { server->serve(number); });
  while (!http->is_running()) std::this_thread::yield();  // until then it cannot be stopped
  http_ = std::move(http);
}

Server::~Server() {
  http_->stop();
}

bool Server::is_running() const {
  return http_->is_running();
}

base::FileDescriptor activated_socket() {
  if (number_in(std::getenv("LISTEN_PID")) != static_cast<std::size_t>(::getpid())) return {};
  if (number_in(std::getenv("LISTEN_FDS")) != 1)
    throw std::runtime_error("systemd passed more than one socket: one is wanted");
  base::check_system_call("fcntl F_SETFD", ::fcntl(kFirstActivated, F_SETFD, FD_CLOEXEC));
  ::unsetenv("LISTEN_PID");
  ::unsetenv("LISTEN_FDS");
  return base::FileDescriptor(kFirstActivated);
}

}  // namespace banco::vde_docker
