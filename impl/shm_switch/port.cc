#include "impl/shm_switch/port.hh"

#include <cerrno>
#include <utility>

namespace banco::shm_switch {

Port::Port(PortOptions options, Patience patience)
    : link_(std::move(options)),
      guard_(link_.page().owner),
      sender_(link_, patience.send),
      receiver_(link_, patience.receive) {}

ssize_t Port::recv(std::span<std::byte> buffer) noexcept {
  if (guard_.is_owner() || take_over()) [[likely]] {
    const std::size_t bytes = receiver_.receive(buffer);
    if (bytes != 0) return static_cast<ssize_t>(bytes);
  }
  errno = EAGAIN;
  return 1;
}

bool Port::take_over() noexcept {
  if (!guard_.take_over()) return false;
  sender_.resume();
  receiver_.resume();
  return true;
}

}  // namespace banco::shm_switch
