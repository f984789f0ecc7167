// Signals as descriptors: those that come to us (signalfd), and processes that we send some to (pidfd).
#pragma once

#include <sys/types.h>

#include <initializer_list>

#include "impl/base/file_descriptor.hh"

namespace banco::base {

// Blocks the signals in the calling thread, for good, and returns a non-blocking signalfd(2) of them. Throws
// SystemError.
FileDescriptor block_signals(std::initializer_list<int> numbers);

// pidfd_open(2): readable when the process has ended. Throws SystemError, ESRCH when there is none.
FileDescriptor open_pidfd(pid_t pid);

// pidfd_send_signal(2); a process that has ended already is no error. Throws SystemError.
void send_signal(const FileDescriptor& process, int number);

}  // namespace banco::base
