// For tests: a switch with the real control process's code in a thread, ports, frames.
#pragma once

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/eventfd.h>

#include <csignal>
#include <cstring>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "impl/base/event_loop.hh"
#include "impl/shm_switch/control.hh"
#include "impl/shm_switch/port.hh"
#include "impl/shm_switch/switch_directory.hh"

namespace banco::shm_switch {

class TestSwitch {
 public:
  explicit TestSwitch(ControlOptions options = {}) : options_(options) {
    std::string name = std::filesystem::temp_directory_path() / "shm_switch_test.XXXXXX";
    top_ = ::mkdtemp(name.data());
    start();
  }
  ~TestSwitch() {
    stop();
    std::filesystem::remove_all(top_);
  }

  void start() {
    directory_ = std::make_unique<SwitchDirectory>(path(), 0600, "");
    loop_ = std::make_unique<base::EventLoop>();
    control_ = std::make_unique<Control>(*loop_, *directory_, options_);
    command_ = base::FileDescriptor(::eventfd(0, EFD_CLOEXEC));
    ended_ = false;
    loop_->watch(command_, EPOLLIN, [this](std::uint32_t) { run_commands(); });
    thread_ = std::thread([this] {
      // The control process ignores SIGPIPE; ports must not need that.
      sigset_t pipe;
      sigemptyset(&pipe);
      sigaddset(&pipe, SIGPIPE);
      ::pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
      while (!ended_) loop_->run_once();
    });
  }
  // As kill -9 would: nothing is said to anybody, nothing removed.
  void stop() {
    if (!thread_.joinable()) return;
    in_control([this](Control&) { ended_ = true; });
    thread_.join();
    control_.reset();
    loop_.reset();
    directory_.reset();
  }

  // Runs `action` in the control process's thread and waits for it.
  void in_control(const std::function<void(Control&)>& action) {
    done_ = false;
    action_ = &action;
    const std::uint64_t one = 1;
    ASSERT_EQ(::write(command_.number(), &one, sizeof(one)), 8);
    done_.wait(false);
  }

  std::filesystem::path path() const { return top_ / "switch"; }
  std::unique_ptr<Port> join(PortOptions options = {}, Patience patience = {}) const {
    options.path = path();
    return std::make_unique<Port>(std::move(options), patience);
  }

 private:
  void run_commands() {
    std::uint64_t count = 0;
    ASSERT_EQ(::read(command_.number(), &count, sizeof(count)), 8);
    (*action_)(*control_);
    done_ = true;
    done_.notify_one();
  }

  ControlOptions options_;
  std::filesystem::path top_;
  std::unique_ptr<SwitchDirectory> directory_;
  std::unique_ptr<base::EventLoop> loop_;
  std::unique_ptr<Control> control_;
  base::FileDescriptor command_;
  const std::function<void(Control&)>* action_ = nullptr;
  std::atomic<bool> done_{false};
  bool ended_ = false;
  std::thread thread_;
};

using Frame = std::vector<std::byte>;

constexpr std::uint64_t kBroadcast = 0xffff'ffff'ffff;
// The address of a test port: 02:00:00:00:00:n.
constexpr std::uint64_t address_of(int n) {
  return 0x0200'0000'0000u + static_cast<std::uint64_t>(n);
}

// An Ethernet frame of `bytes`, its content told by `mark`; tagged when `vlan` is given.
inline Frame frame(std::uint64_t to, std::uint64_t from, std::size_t bytes = 60, int mark = 0x5a,
                   std::optional<std::uint16_t> vlan = {}) {
  Frame result(bytes, static_cast<std::byte>(mark));
  for (std::size_t i = 0; i < 6; ++i) {
    result[i] = static_cast<std::byte>(to >> (40 - 8 * i) & 0xff);
    result[6 + i] = static_cast<std::byte>(from >> (40 - 8 * i) & 0xff);
  }
  std::size_t type = 12;
  if (vlan) {
    result[12] = std::byte{0x81};
    result[13] = std::byte{0x00};
    result[14] = static_cast<std::byte>(*vlan >> 8);
    result[15] = static_cast<std::byte>(*vlan & 0xff);
    type = 16;
  }
  result[type] = std::byte{0x88};
  result[type + 1] = std::byte{0xb5};
  return result;
}

// The next frame at the port, or nothing.
inline std::optional<Frame> next(Port& port, std::size_t buffer_bytes = 9234) {
  Frame buffer(buffer_bytes);
  const ssize_t got = port.recv(buffer);
  if (got == 1) return std::nullopt;
  buffer.resize(static_cast<std::size_t>(got));
  return buffer;
}

inline bool is_readable(const base::FileDescriptor& descriptor, int timeout_ms = 0) {
  pollfd entry{descriptor.number(), POLLIN, 0};
  return ::poll(&entry, 1, timeout_ms) == 1;
}

// As a client does: waits until the port is readable, then takes one frame. Wake-ups for nothing are counted,
// not believed.
inline std::optional<Frame> wait_for(Port& port, int* empty_wakes = nullptr, int timeout_ms = 2000) {
  while (is_readable(port.data_descriptor(), timeout_ms)) {
    if (auto result = next(port)) return result;
    if (empty_wakes != nullptr) ++*empty_wakes;
  }
  return std::nullopt;
}

// Lets each port say where it lives, and takes what that leaves behind.
inline void introduce(const std::vector<Port*>& ports) {
  for (std::size_t i = 0; i < ports.size(); ++i)
    ports[i]->send(frame(kBroadcast, address_of(static_cast<int>(i) + 1)));
  for (Port* const port : ports)
    while (next(*port)) {
    }
}

}  // namespace banco::shm_switch
