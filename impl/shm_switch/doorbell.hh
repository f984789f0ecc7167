// Doorbell: a pipe whose both sides are open for reading and writing on each side, made by the control
// process.
//
// Each side has an open file description of its own (the pipe is opened again for the other side), so that no
// neighbour can change the other's O_NONBLOCK; each holds both ends, so that a dead neighbour brings neither
// SIGPIPE nor a hang-up. A neighbour can drain the pipe (and lose its own wake-ups) or fill it (and wake its
// peer for nothing).
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <array>

#include "impl/base/file_descriptor.hh"

namespace banco::shm_switch {

struct DoorbellSides {
  base::FileDescriptor first;
  base::FileDescriptor second;
};

// Both sides of a new bell, O_NONBLOCK. Needs /proc. Throws SystemError.
DoorbellSides make_doorbell();

// Makes it readable. A full pipe is readable already.
inline void ring(const base::FileDescriptor& bell) noexcept {
  [[maybe_unused]] const ssize_t written = ::write(bell.number(), "", 1);
}

// Takes what was rung, up to a page of it; false when nothing was.
inline bool silence(const base::FileDescriptor& bell) noexcept {
  std::array<char, 4096> rung;
  return ::read(bell.number(), rung.data(), rung.size()) > 0;
}

}  // namespace banco::shm_switch
