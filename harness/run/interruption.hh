// Ctrl-C and kill: turned into a stop token that every wait of a run looks at.
#pragma once

#include <chrono>
#include <exception>
#include <stop_token>

namespace banco::run {

// Thrown by waits once the user wants the run to end. What was measured stays measured.
class Interrupted : public std::exception {
 public:
  const char* what() const noexcept override { return "interrupted"; }
};

// SIGINT, SIGTERM and SIGHUP request the stop; a second one ends the process at once.
// Requires: made before any other thread, so that all of them have the signals blocked. One for a process.
class InterruptionSignals {
 public:
  InterruptionSignals();
  std::stop_token token() const;
};

// Sleeps. Throws Interrupted as soon as the stop is requested.
void pause_for(const std::stop_token& stop, std::chrono::milliseconds duration);

// Throws Interrupted when the stop was requested.
void check(const std::stop_token& stop);

}  // namespace banco::run
