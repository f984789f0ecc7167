// Control::Port: one port, as the control process keeps it. Only for control*.cc.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "impl/shm_switch/control.hh"

namespace banco::shm_switch {

struct Control::Pending {
  Message message;
  std::vector<base::FileDescriptor> descriptors;
};

struct Control::Port {
  explicit Port(base::MemoryMapping page) : page_mapping(std::move(page)) {}

  std::uint32_t number = 0;
  std::uint64_t incarnation = 0;
  std::uint64_t secret = 0;
  PortSettings settings;
  std::string description;
  ucred who{};
  base::FileDescriptor socket;
  base::FileDescriptor page_file;
  base::FileDescriptor bell;
  base::FileDescriptor hang_up;
  base::MemoryMapping page_mapping;
  std::map<std::uint32_t, std::uint64_t> joined;     // incarnation by number
  std::map<std::uint32_t, std::uint64_t> remembers;  // what it said it was joined with when it came back
  std::deque<Pending> pending;                       // what its socket has no room for
  bool knocked = false;                              // somebody waits for it to see what is pending

  // Takes out of `pending` what nobody has to know any more once `message` is known, so that a port that does
  // not read costs a few messages for each other port, however many come and go. Whether `message` must still
  // be sent.
  bool still_needs(const Message& message) noexcept;

  // Makes its bell readable. One that is full is readable already.
  void ring() const noexcept {
    [[maybe_unused]] const ssize_t sent = ::send(bell.number(), "", 1, MSG_DONTWAIT | MSG_NOSIGNAL);
  }

  const shm_port_page& page() const {
    return *reinterpret_cast<const shm_port_page*>(page_mapping.bytes().data());
  }
};

}  // namespace banco::shm_switch
