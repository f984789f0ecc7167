#include "harness/run/interruption.hh"

#include <unistd.h>

#include <csignal>
#include <thread>

namespace banco::run {
namespace {

std::stop_source& stop_source() {
  static std::stop_source source;
  return source;
}

}  // namespace

InterruptionSignals::InterruptionSignals() {
  sigset_t signals;
  ::sigemptyset(&signals);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) ::sigaddset(&signals, number);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  // Waits for signals as long as the process lives; nothing could wake it up to be joined.
  std::thread([signals] {
    for (int number = 0; ::sigwait(&signals, &number) == 0;)
      if (!stop_source().request_stop()) ::_exit(128 + number);
  }).detach();
}

std::stop_token InterruptionSignals::token() const {
  return stop_source().get_token();
}

void pause_for(const std::stop_token& stop, std::chrono::milliseconds duration) {
  const auto end = std::chrono::steady_clock::now() + duration;
  for (;;) {
    check(stop);
    const auto left = end - std::chrono::steady_clock::now();
    if (left.count() <= 0) return;
    std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(left, std::chrono::milliseconds(100)));
  }
}

void check(const std::stop_token& stop) {
  if (stop.stop_requested()) throw Interrupted();
}

}  // namespace banco::run
