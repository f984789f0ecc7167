// Relay: the cable between a tap and a network of libvdeplug, plugged in again whenever the network comes
// back.
//
// Theory of operation: one thread runs the relay and may be held up by a module of libvdeplug, in vde_open()
// when a switch does not answer, in vde_send() when a pipe is full; another reads the counters and ends the
// process without waiting for it. While the network is away the tap has no carrier: the kernel drops what is
// sent, as for a cable that is not plugged in. A network of shared memory (shm://) carries the kernel's
// super-frames as they are; for any other they are taken apart and put together again (impl/vde/frame_tap).
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "impl/base/file_descriptor.hh"
#include "impl/vde/client.hh"

namespace banco::vde_docker {

// Frames of the wire, whatever super-frames they came in.
struct Flow {
  std::atomic<std::uint64_t> frames = 0;
  std::atomic<std::uint64_t> bytes = 0;
  std::atomic<std::uint64_t> drops = 0;
};

class Relay {
 public:
  // `tap`: from vde::open_tap(), with its offloads.
  Relay(const base::FileDescriptor& tap, std::string url, std::string description);
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  // Carries frames until the tap has gone. Throws SystemError.
  void run();

  // From any thread:
  struct State {
    bool is_joined;
    std::uint64_t joined_count;  // how often
    std::string error;           // of the last attempt to join, or why it ended
    unsigned failed_count;       // attempts since it was joined
  };
  State state() const;
  // Waits until the network is joined or three attempts have failed, which takes a fifth of a second:
  // vde_switch hangs up on somebody now and then when another leaves. False when `timeout` passed first.
  bool wait_for_outcome(std::chrono::milliseconds timeout) const;
  const Flow& sent() const { return sent_; }          // from the tap
  const Flow& received() const { return received_; }  // to the tap

 private:
  template <typename Tap>
  void run_with(Tap& tap);
  template <typename Tap>
  void carry(Tap& tap, vde::Client& client);
  template <typename Tap>
  std::size_t send_batch(Tap& tap, vde::Client& client);
  template <typename Tap>
  std::size_t receive_batch(Tap& tap, vde::Client& client);
  void set_carrier(bool is_on);
  void note(bool is_joined, const std::string& error);
  bool tap_goes_within(std::chrono::milliseconds time) const;

  const base::FileDescriptor& tap_;
  const std::string url_;
  const std::string description_;
  std::vector<std::byte> buffer_;
  Flow sent_;
  Flow received_;
  mutable std::mutex state_lock_;
  mutable std::condition_variable noted_;
  State state_{false, 0, {}, 0};
};

}  // namespace banco::vde_docker
