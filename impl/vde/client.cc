#include "impl/vde/client.hh"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include <cerrno>

#include "impl/base/system_error.hh"
#include "impl/vde/ethernet.hh"

namespace banco::vde {
namespace {

// The modules of this project, whose vde_recv() returns 1 when there is nothing.
bool never_waits(const std::string& url) {
  for (const char* module : {"shm://", "wire://"})
    if (url.starts_with(module)) return true;
  return false;
}

// True when reading and writing `descriptor` no longer waits.
bool make_non_blocking(int descriptor) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0 || !(S_ISSOCK(status.st_mode) || S_ISCHR(status.st_mode)))
    return false;
  const int flags = ::fcntl(descriptor, F_GETFL);
  return flags >= 0 && ::fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0;
}

bool is_transient(int error_number) {
  for (const int transient : {EAGAIN, EINTR, ENOBUFS, ENOMEM, EMSGSIZE})
    if (error_number == transient) return true;
  return false;
}

}  // namespace

void Client::Close::operator()(VDECONN* connection) const {
  vde_close(connection);
}

Client::Client(const std::string& url, const std::string& description, vde_open_args* arguments) {
  // libvdeplug takes them as changeable, and its modules change them.
  std::string url_copy = url;
  std::string description_copy = description;
  errno = 0;
  connection_.reset(vde_open(url_copy.data(), description_copy.data(), arguments));
  if (connection_ == nullptr) {
    const int error_number = errno == 0 ? EINVAL : errno;
    throw base::SystemError(error_number, "open " + url);
  }
  may_wait_ = !never_waits(url) && !make_non_blocking(data_descriptor());
}

std::optional<std::size_t> Client::receive(std::span<std::byte> buffer) noexcept {
  if (may_wait_) {
    pollfd readable{data_descriptor(), POLLIN, 0};
    if (::poll(&readable, 1, 0) != 1) return std::nullopt;
  }
  errno = 0;
  const ssize_t received = vde_recv(connection_.get(), buffer.data(), buffer.size(), 0);
  if (received >= static_cast<ssize_t>(kMinFrameBytes)) return static_cast<std::size_t>(received);
  // 1 says that there is no frame, 0 that there will be none.
  if (received == 0 || (received < 0 && !is_transient(errno))) is_closed_ = true;
  return std::nullopt;
}

bool Client::send(std::span<const std::byte> frame) noexcept {
  return vde_send(connection_.get(), frame.data(), frame.size(), 0) >= 0;
}

int Client::data_descriptor() const noexcept {
  return vde_datafd(connection_.get());
}

int Client::hang_up_descriptor() const noexcept {
  return vde_ctlfd(connection_.get());
}

}  // namespace banco::vde
