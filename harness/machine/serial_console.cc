#include "harness/machine/serial_console.hh"

#include <poll.h>

#include <array>
#include <span>

#include "impl/base/system_error.hh"

namespace banco::machine {
namespace {

constexpr std::size_t kKept_bytes = 256 << 10;
constexpr std::chrono::milliseconds kStopPoll(100);

}  // namespace

SerialConsole::SerialConsole(base::FileDescriptor stream)
    : stream_(std::move(stream)), reader_([this](const std::stop_token& stop) { read(stop); }) {}

SerialConsole::~SerialConsole() {
  reader_.request_stop();
}

void SerialConsole::read(const std::stop_token& stop) {
  std::array<char, 16384> buffer;
  try {
    while (!stop.stop_requested()) {
      if (!stream_.wait_for(POLLIN, kStopPoll)) continue;
      const std::size_t count = stream_.read(std::as_writable_bytes(std::span(buffer)));
      if (count == 0) return;
      const std::lock_guard lock(mutex_);
      printed_.append(buffer.data(), count);
      if (printed_.size() > kKept_bytes) printed_.erase(0, printed_.size() - kKept_bytes);
      last_sign_ = std::chrono::steady_clock::now();
      more_.notify_all();
    }
  } catch (const base::SystemError&) {  // the guest has gone, as who waits for it will find
  }
}

void SerialConsole::type(const std::string& text) {
  {
    const std::lock_guard lock(mutex_);
    printed_.clear();
    last_sign_ = std::chrono::steady_clock::now();
  }
  stream_.write_all(text);
}

std::string SerialConsole::printed() const {
  const std::lock_guard lock(mutex_);
  return printed_;
}

std::chrono::steady_clock::duration SerialConsole::silence() const {
  const std::lock_guard lock(mutex_);
  return std::chrono::steady_clock::now() - last_sign_;
}

bool SerialConsole::wait_until(const std::function<bool(const std::string& printed)>& condition,
                               std::chrono::milliseconds timeout) const {
  std::unique_lock lock(mutex_);
  return more_.wait_for(lock, timeout, [&] { return condition(printed_); });
}

}  // namespace banco::machine
