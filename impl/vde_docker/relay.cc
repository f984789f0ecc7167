#include "impl/vde_docker/relay.hh"

#include <linux/if_tun.h>
#include <poll.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <type_traits>

#include "impl/base/system_error.hh"
#include "impl/vde/ethernet.hh"
#include "impl/vde/frame_tap.hh"
#include "impl/vde_docker/super_frame_tap.hh"

namespace banco::vde_docker {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// Frames of one side before the other has its turn, and rounds before it is asked whether the network has
// gone.
constexpr std::size_t kBatch_count = 64;
constexpr unsigned kBusyRounds_count = 16;
// After a stream of so many frames, the next are waited for without sleeping, for so long.
constexpr std::size_t kDenseStream_count = 256;
constexpr auto kPatience = std::chrono::microseconds(30);
// Between two attempts to join.
constexpr milliseconds kShortestPause{50};
constexpr milliseconds kLongestPause{1000};
constexpr unsigned kAttempts_count = 3;

// shm:///run/switch[port=3] with the parameters that let super-frames pass, and some patience: while we wait
// for room nobody reads the tap, and TCP above it slows down instead of losing segments.
std::string with_offloads(const std::string& url) {
  constexpr const char* kParameters = "vnet_hdr/wait=1000";
  if (url.ends_with(']')) return url.substr(0, url.size() - 1) + "/" + kParameters + "]";
  return url + "[" + kParameters + "]";
}

bool carries_super_frames(const std::string& url) {
  return url.starts_with("shm://");
}

template <typename Tap>
std::uint64_t frames_in(std::span<const std::byte> frame) {
  if constexpr (std::is_same_v<Tap, SuperFrameTap>) return SuperFrameTap::frames_in(frame);
  return 1;
}

void count(Flow& flow, std::uint64_t frames, std::uint64_t bytes) {
  flow.frames.fetch_add(frames, std::memory_order_relaxed);
  flow.bytes.fetch_add(bytes, std::memory_order_relaxed);
}

}  // namespace

Relay::Relay(const base::FileDescriptor& tap, std::string url, std::string description)
    : tap_(tap),
      url_(carries_super_frames(url) ? with_offloads(url) : std::move(url)),
      description_(std::move(description)) {}

void Relay::run() {
  if (carries_super_frames(url_)) {
    buffer_.resize(SuperFrameTap::kBufferBytes);
    SuperFrameTap tap(tap_.duplicate());
    run_with(tap);
  } else {
    buffer_.resize(vde::kMaxFrameBytes);
    vde::FrameTap tap(tap_.duplicate());
    run_with(tap);
  }
}

template <typename Tap>
void Relay::run_with(Tap& tap) {
  set_carrier(false);
  for (milliseconds next_pause = kShortestPause;;) {
    try {
      vde::Client client(url_, description_);
      const auto joined_at = Clock::now();
      set_carrier(true);
      note(true, "");
      carry(tap, client);
      if (tap_goes_within(milliseconds(0))) return;
      set_carrier(false);
      note(false, url_ + ": the network has gone");
      if (Clock::now() - joined_at > kLongestPause) next_pause = kShortestPause;
    } catch (const base::SystemError& error) {
      note(false, error.what());
    }
    if (tap_goes_within(next_pause)) return;
    next_pause = std::min(2 * next_pause, kLongestPause);
  }
}

template <typename Tap>
void Relay::carry(Tap& tap, vde::Client& client) {
  std::array<pollfd, 3> entries{{{tap.descriptor().number(), POLLIN, 0},
                                 {client.data_descriptor(), POLLIN, 0},
                                 {client.hang_up_descriptor(), POLLIN, 0}}};
  std::size_t stream_count = 0;
  unsigned busy_rounds_count = 0;
  Clock::time_point busy_at{};
  while (!tap.is_closed() && !client.is_closed()) {
    const std::size_t moved_count = send_batch(tap, client) + receive_batch(tap, client);
    const auto now = Clock::now();
    bool sleeps = false;
    if (moved_count > 0) {
      stream_count += moved_count;
      busy_at = now;
      if (++busy_rounds_count % kBusyRounds_count != 0) continue;
    } else {
      if (stream_count >= kDenseStream_count && now - busy_at <= kPatience) continue;
      stream_count = 0;
      sleeps = true;
    }
    if (::poll(entries.data(), entries.size(), sleeps ? -1 : 0) < 0 && errno != EINTR)
      throw base::SystemError(errno, "poll");
    if (entries[2].revents != 0) return;
    // A descriptor that is broken is readable for ever.
    if ((entries[1].revents & (POLLERR | POLLHUP | POLLNVAL)) != 0 && moved_count == 0) return;
    if ((entries[0].revents & POLLERR) != 0 && moved_count == 0) return;
  }
}

template <typename Tap>
std::size_t Relay::send_batch(Tap& tap, vde::Client& client) {
  std::size_t moved_count = 0;
  for (; moved_count < kBatch_count; ++moved_count) {
    const auto frame_bytes = tap.receive(buffer_);
    if (!frame_bytes) break;
    const auto frame = std::span<const std::byte>(buffer_).first(*frame_bytes);
    const std::uint64_t frames = frames_in<Tap>(frame);
    if (client.send(frame)) {
      count(sent_, frames, *frame_bytes);
    } else {
      sent_.drops.fetch_add(frames, std::memory_order_relaxed);
    }
  }
  sent_.drops.fetch_add(tap.take_dropped(), std::memory_order_relaxed);
  return moved_count;
}

template <typename Tap>
std::size_t Relay::receive_batch(Tap& tap, vde::Client& client) {
  std::size_t moved_count = 0;
  for (; moved_count < kBatch_count; ++moved_count) {
    const auto frame_bytes = client.receive(buffer_);
    if (!frame_bytes) break;
    const auto frame = std::span<const std::byte>(buffer_).first(*frame_bytes);
    count(received_, frames_in<Tap>(frame), *frame_bytes);
    tap.send(frame);
  }
  if (moved_count > 0) tap.flush();
  received_.drops.fetch_add(tap.take_not_taken(), std::memory_order_relaxed);
  return moved_count;
}

void Relay::set_carrier(bool is_on) {
  int value = is_on ? 1 : 0;
  // A tap that has gone is noticed by whoever reads it.
  if (::ioctl(tap_.number(), TUNSETCARRIER, &value) < 0 && errno != EBADFD)
    throw base::SystemError(errno, "ioctl TUNSETCARRIER");
}

void Relay::note(bool is_joined, const std::string& error) {
  const std::lock_guard lock(state_lock_);
  state_.is_joined = is_joined;
  state_.joined_count += is_joined;
  state_.error = error;
  state_.failed_count = is_joined ? 0 : state_.failed_count + 1;
  noted_.notify_all();
}

bool Relay::wait_for_outcome(milliseconds timeout) const {
  std::unique_lock lock(state_lock_);
  return noted_.wait_for(lock, timeout,
                         [this] { return state_.is_joined || state_.failed_count >= kAttempts_count; });
}

Relay::State Relay::state() const {
  const std::lock_guard lock(state_lock_);
  return state_;
}

bool Relay::tap_goes_within(milliseconds time) const {
  return tap_.wait_for(0, time);  // POLLERR
}

}  // namespace banco::vde_docker
