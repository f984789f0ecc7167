// SerialConsole: what a guest prints on its serial port, and what is typed there.
//
// Threads: one of its own reads all the time, since a guest stands still whose port is full.
// Trust: the guest may print anything without end; only the last of it is kept.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "impl/base/file_descriptor.hh"

namespace banco::machine {

class SerialConsole {
 public:
  // `stream` is connected to the port.
  explicit SerialConsole(base::FileDescriptor stream);
  ~SerialConsole();
  SerialConsole(const SerialConsole&) = delete;
  SerialConsole& operator=(const SerialConsole&) = delete;

  // Forgets what was printed so far, and types. Throws base::SystemError when the guest has gone.
  void type(const std::string& text);
  // What was printed since then: at most the last 256 KiB.
  std::string printed() const;
  // For how long nothing more has been printed.
  std::chrono::steady_clock::duration silence() const;
  // Whether what was printed comes to satisfy `condition` within `timeout`.
  bool wait_until(const std::function<bool(const std::string& printed)>& condition,
                  std::chrono::milliseconds timeout) const;

 private:
  void read(const std::stop_token& stop);

  base::FileDescriptor stream_;
  mutable std::mutex mutex_;
  mutable std::condition_variable more_;
  std::string printed_;
  std::chrono::steady_clock::time_point last_sign_ = std::chrono::steady_clock::now();
  std::jthread reader_;
};

}  // namespace banco::machine
