#include "impl/base/listening_socket.hh"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <stdexcept>
#include <utility>

#include "impl/base/local_socket.hh"
#include "impl/base/system_error.hh"

namespace banco::base {
namespace {

FileDescriptor stream_socket() {
  return FileDescriptor(
      check_system_call("socket", ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)));
}

// A socket stays where its process died. Anything else is not ours to remove.
void make_way(const char* option, const std::filesystem::path& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) < 0) return;
  if (!S_ISSOCK(status.st_mode))
    throw std::runtime_error(fmt::format("{} {}: there is a file that is no socket", option, path.string()));
  bool alive = true;
  try {
    connect_local(path, SOCK_STREAM | SOCK_NONBLOCK);
  } catch (const SystemError& error) {
    alive = error.code().value() != ECONNREFUSED;
  }
  if (alive)
    throw std::runtime_error(fmt::format("{} {}: another program listens there", option, path.string()));
  check_system_call("unlink", path.string(), ::unlink(path.c_str()));
}

}  // namespace

ListeningSocket::ListeningSocket(const char* option, std::filesystem::path path, mode_t mode,
                                 std::optional<gid_t> group)
    : path_(std::filesystem::absolute(path)), descriptor_(stream_socket()) {
  const sockaddr_un address = socket_address(path_);
  make_way(option, path_);
  check_system_call(
      "bind", path_.string(),
      ::bind(descriptor_.number(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)));
  // Until listen() nobody can connect, whatever the umask said.
  try {
    if (group)
      check_system_call("chown", path_.string(), ::chown(path_.c_str(), static_cast<uid_t>(-1), *group));
    check_system_call("chmod", path_.string(), ::chmod(path_.c_str(), mode));
    check_system_call("listen", ::listen(descriptor_.number(), SOMAXCONN));
  } catch (...) {
    ::unlink(path_.c_str());
    throw;
  }
}

void ListeningSocket::remove() noexcept {
  if (!std::exchange(removed_, true)) ::unlink(path_.c_str());
}

}  // namespace banco::base
